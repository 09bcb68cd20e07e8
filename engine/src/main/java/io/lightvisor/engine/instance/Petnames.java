package io.lightvisor.engine.instance;

import java.util.random.RandomGenerator;

/// Names for instances that nobody named: an adjective and an animal.
final class Petnames {
    private static final String[] ADJECTIVES = {
        "able", "amber", "brave", "bright", "calm", "clever", "cosmic", "crisp", "daring", "eager", "fair", "fond",
                "gentle", "glad",
        "golden", "grand", "happy", "humble", "keen", "kind", "light", "lively", "lucky", "mellow", "mighty", "modest",
                "neat", "noble",
        "patient", "polite", "proud", "quick", "quiet", "rapid", "ready", "sharp", "silent", "smooth", "solid",
                "steady", "strong", "sunny",
        "swift", "tidy", "true", "vivid", "warm", "wise"
    };
    private static final String[] ANIMALS = {
        "alpaca", "badger", "bear", "beaver", "bison", "cobra", "crane", "deer", "dolphin", "eagle", "falcon", "ferret",
        "finch", "fox", "gecko", "goose", "hare", "hawk", "heron", "ibis", "jackal", "koala", "lark", "lemur", "lion",
        "lynx", "marten", "mole", "moose", "newt", "otter", "owl", "panda", "puma", "quail", "raven", "robin", "seal",
        "shrew", "sloth", "stork", "swan", "tapir", "tiger", "trout", "viper", "whale", "wolf"
    };

    private Petnames() {}

    /// One of about two thousand names; the caller sees to it that it is free.
    static String pick(RandomGenerator random) {
        return ADJECTIVES[random.nextInt(ADJECTIVES.length)] + "-" + ANIMALS[random.nextInt(ANIMALS.length)];
    }
}
