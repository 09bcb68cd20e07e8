package io.lightvisor.image.bootstrap;

import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.file.Path;
import java.util.List;

/// Builds images on this host:
///
///     try (var upload = images.receive()) {
///         bootstrap.build(new BootstrapSpec("debian", "12", List.of()), upload, progress);
///         var staged = upload.inspect(Optional.empty());
///         ...
///
/// Building Debian takes some 20 s and needs mmdebstrap and the host's package mirror; busybox less than a second and
/// the package busybox-static.
public final class Bootstrap {
    private final WorkFolder work;
    private final List<Recipe> recipes;

    /// @param lxdDir the folder of all state; `builds/` below it holds what is being built
    public Bootstrap(Path lxdDir) {
        work = new WorkFolder(lxdDir.toAbsolutePath().resolve("builds"));
        recipes = List.of(new DebianRecipe(work), new BusyboxRecipe());
    }

    /// Removes what a crash left. Call at the start of the daemon.
    public void recover() {
        work.clear();
    }

    /// The names of all sources.
    public List<String> sources() {
        return recipes.stream().map(Recipe::source).toList();
    }

    /// What a source can build, the best first.
    ///
    /// @throws ProblemException if there is no such source
    public List<BootstrapAlias> aliases(String source) {
        return recipe(source).aliases();
    }

    /// Checks that this can be built, without building.
    ///
    /// @throws ProblemException if source or alias are not known
    public void require(BootstrapSpec spec) {
        choice(recipe(spec.source()), spec);
    }

    /// Builds an image into an upload, which then holds all of it.
    ///
    /// @throws ProblemException if it is not known, or the build fails; says which step and what the tool said
    public void build(BootstrapSpec spec, ImageUpload upload, Progress progress) {
        var recipe = recipe(spec.source());
        var choice = choice(recipe, spec);
        try {
            // The pipes of the tools block; see BlockingThread.
            var tools = new RunningTool();
            BlockingThread.call(
                    "lightvisor:build",
                    () -> {
                        recipe.build(choice, spec, upload, progress, tools);
                        return choice;
                    },
                    tools::cancel);
        } catch (ProblemException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("image \"" + spec.source() + "\" not built", "the build was cancelled")
                    .exception(e);
        } catch (Exception e) {
            throw Problem.failed(
                            "image \"" + spec.source() + "/" + choice.names().getFirst() + "\" not built",
                            String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }

    private Recipe recipe(String source) {
        for (var recipe : recipes) {
            if (recipe.source().equals(source)) {
                return recipe;
            }
        }
        throw new Problem.NotFound(
                        "nothing is built under the name \"" + Problem.printable(source) + "\"",
                        "",
                        "known are " + String.join(", ", sources()))
                .exception();
    }

    private static BootstrapAlias choice(Recipe recipe, BootstrapSpec spec) {
        for (var alias : recipe.aliases()) {
            if (spec.alias().isEmpty() || alias.names().contains(spec.alias())) {
                return alias;
            }
        }
        throw new Problem.NotFound(
                        "The requested image couldn't be found: " + recipe.source() + " has no \""
                                + Problem.printable(spec.alias()) + "\"",
                        "",
                        "known are "
                                + String.join(
                                        ", ",
                                        recipe.aliases().stream()
                                                .flatMap(each -> each.names().stream())
                                                .toList()))
                .exception();
    }
}
