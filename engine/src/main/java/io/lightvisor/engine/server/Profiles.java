package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Profiles: keys and devices that instances share.
public final class Profiles {
    private final Store store;
    private final Events events;
    private final InstanceUpdates updates;

    /// Checks and applies what a changed profile means for the instances that use it.
    public interface InstanceUpdates {
        /// Checks keys and devices of a profile; throws a bad request.
        void validate(Facts facts, ProjectName project, Map<String, String> config, DeviceMap devices);

        /// Checks each instance as it will be, inside the decision.
        void check(Facts after, List<Instance> users);

        /// Applies to those that run. Failures are reported together.
        void apply(Facts before, Facts after, List<Instance> users);
    }

    public Profiles(Store store, Events events, InstanceUpdates updates) {
        this.store = store;
        this.events = events;
        this.updates = updates;
    }

    /// All profiles that instances of a project may use.
    public List<Profile> list(ProjectName project) {
        var facts = store.facts();
        return facts.profiles(Projects.profilesOf(facts, project));
    }

    /// The profile of that name.
    public Profile require(ProjectName project, ProfileName name) {
        var facts = store.facts();
        return require(facts, new Profile.Ref(Projects.profilesOf(facts, project), name));
    }

    /// The profile among these facts.
    public static Profile require(Facts facts, Profile.Ref ref) {
        return facts.profile(ref)
                .orElseThrow(() -> Problem.notFound("Profile not found").exception());
    }

    /// The profiles of an instance, in order.
    public static List<Profile> of(Facts facts, Instance instance) {
        return of(facts, instance.project(), instance.profiles());
    }

    /// The profiles of these names, in order; a missing one is a bad request.
    public static List<Profile> of(Facts facts, ProjectName project, List<ProfileName> names) {
        var owner = Projects.profilesOf(facts, project);
        var found = new ArrayList<Profile>(names.size());
        for (var name : names) {
            found.add(facts.profile(new Profile.Ref(owner, name))
                    .orElseThrow(() -> new Problem.NotFound("Requested profile \"" + name + "\" doesn't exist", "", "")
                            .exception()));
        }
        return found;
    }

    /// Makes a profile.
    public void create(
            ProjectName project, ProfileName name, String description, Map<String, String> config, DeviceMap devices) {
        var owner = store.decide(draft -> {
            var o = Projects.profilesOf(draft, project);
            updates.validate(draft, o, config, devices);
            var profile = new Profile(o, name, description, config, devices);
            if (draft.profile(profile.ref()).isPresent()) {
                throw Problem.conflict("Profile \"" + name + "\" already exists")
                        .exception();
            }
            draft.put(Kind.PROFILE, profile);
            return o;
        });
        events.lifecycle(owner, "profile-created", Urls.of("profiles", name.value(), owner));
    }

    /// Changes a profile and, live, the instances that use it.
    public void update(
            ProjectName project,
            ProfileName name,
            Precondition<Profile> precondition,
            String description,
            Map<String, String> config,
            DeviceMap devices) {
        var before = store.facts();
        var users = new ArrayList<Instance>();
        var owner = store.decide(draft -> {
            users.clear();
            var o = Projects.profilesOf(draft, project);
            var old = require(draft, new Profile.Ref(o, name));
            precondition.check(old);
            updates.validate(draft, o, config, devices);
            draft.put(Kind.PROFILE, new Profile(o, name, description, config, devices));
            users.addAll(users(draft, o, name));
            updates.check(draft, users);
            return o;
        });
        updates.apply(before, store.facts(), users);
        events.lifecycle(owner, "profile-updated", Urls.of("profiles", name.value(), owner));
    }

    /// Gives a profile another name; the instances that use it follow.
    public void rename(ProjectName project, ProfileName from, ProfileName to) {
        if (from.equals(Profile.DEFAULT)) {
            throw new Problem.Forbidden("The 'default' profile cannot be renamed", "", "").exception();
        }
        var owner = store.decide(draft -> {
            var o = Projects.profilesOf(draft, project);
            var old = require(draft, new Profile.Ref(o, from));
            if (draft.profile(new Profile.Ref(o, to)).isPresent()) {
                throw Problem.conflict("Name \"" + to + "\" already in use").exception();
            }
            draft.remove(Kind.PROFILE, old.ref());
            draft.put(Kind.PROFILE, new Profile(o, to, old.description(), old.config(), old.devices()));
            for (var user : users(draft, o, from)) {
                var names = new ArrayList<ProfileName>();
                for (var n : user.profiles()) {
                    names.add(n.equals(from) ? to : n);
                }
                draft.put(Kind.INSTANCE, user.withProfiles(names));
            }
            return o;
        });
        events.lifecycle(
                owner, "profile-renamed", Urls.of("profiles", to.value(), owner), Map.of("old_name", from.value()));
    }

    /// Deletes a profile that nobody uses.
    public void delete(ProjectName project, ProfileName name) {
        if (name.equals(Profile.DEFAULT)) {
            throw new Problem.Forbidden("The 'default' profile cannot be deleted", "", "").exception();
        }
        var owner = store.decide(draft -> {
            var o = Projects.profilesOf(draft, project);
            var old = require(draft, new Profile.Ref(o, name));
            var users = users(draft, o, name);
            if (!users.isEmpty()) {
                throw new Problem.BadRequest("Profile is currently in use", "by " + names(users), "").exception();
            }
            draft.remove(Kind.PROFILE, old.ref());
            return o;
        });
        events.lifecycle(owner, "profile-deleted", Urls.of("profiles", name.value(), owner));
    }

    private static String names(List<Instance> users) {
        var text = new StringBuilder();
        for (int i = 0; i < users.size() && i < 5; i++) {
            text.append(i == 0 ? "" : ", ").append(users.get(i).hostName());
        }
        return users.size() > 5 ? text + " and " + (users.size() - 5) + " more" : text.toString();
    }

    /// URLs of the instances that use a profile.
    public List<String> usedBy(Profile profile) {
        var urls = new ArrayList<String>();
        for (var user : users(store.facts(), profile.project(), profile.name())) {
            urls.add(Urls.of("instances", user.name().value(), user.project()));
        }
        return urls;
    }

    private static List<Instance> users(Facts facts, ProjectName owner, ProfileName name) {
        var users = new ArrayList<Instance>();
        for (var i : facts.instances()) {
            if (i.profiles().contains(name)
                    && Projects.profilesOf(facts, i.project()).equals(owner)) {
                users.add(i);
            }
        }
        return users;
    }
}
