package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Profile;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.config.Schemas;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Projects: name spaces of instances, and by their features of images, profiles and volumes.
public final class Projects {
    /// What a project keeps for itself unless its creator says otherwise; networks are shared.
    private static final Map<String, String> DEFAULTS =
            Map.of("features.images", "true", "features.profiles", "true", "features.storage.volumes", "true");

    private final Store store;
    private final Events events;

    public Projects(Store store, Events events) {
        this.store = store;
        this.events = events;
    }

    /// Sees to it that the default project and its default profile exist.
    public void ensureDefault() {
        if (store.facts().project(Project.DEFAULT).isPresent()) {
            return;
        }
        store.decide(draft -> {
            var config = new TreeMap<>(DEFAULTS);
            config.put("features.networks", "true");
            draft.put(Kind.PROJECT, new Project(Project.DEFAULT, "Default LXD project", config));
            draft.put(
                    Kind.PROFILE,
                    new Profile(Project.DEFAULT, Profile.DEFAULT, "Default LXD profile", Map.of(), DeviceMap.NONE));
            return true;
        });
    }

    /// All of them.
    public List<Project> list() {
        return store.facts().projects();
    }

    /// The project of that name.
    public Project require(ProjectName name) {
        return require(store.facts(), name);
    }

    /// The project of that name among these facts.
    public static Project require(Facts facts, ProjectName name) {
        return facts.project(name)
                .orElseThrow(() -> Problem.notFound("Project not found").exception());
    }

    /// Whose profiles the instances of a project use.
    public static ProjectName profilesOf(Facts facts, ProjectName project) {
        return owner(facts, project, "features.profiles");
    }

    /// Whose images a project uses.
    public static ProjectName imagesOf(Facts facts, ProjectName project) {
        return owner(facts, project, "features.images");
    }

    /// Whose networks a project uses.
    public static ProjectName networksOf(Facts facts, ProjectName project) {
        return owner(facts, project, "features.networks");
    }

    /// Whose custom volumes a project uses.
    public static ProjectName volumesOf(Facts facts, ProjectName project) {
        return owner(facts, project, "features.storage.volumes");
    }

    private static ProjectName owner(Facts facts, ProjectName project, String feature) {
        if (project.equals(Project.DEFAULT)) {
            return project;
        }
        return require(facts, project).has(feature) ? project : Project.DEFAULT;
    }

    /// Makes a project, with an empty default profile where it keeps profiles of its own.
    public void create(ProjectName name, String description, Map<String, String> wanted) {
        Schemas.project().validate(wanted);
        var config = new TreeMap<>(DEFAULTS);
        config.putAll(wanted);
        var project = new Project(name, description, config);
        store.decide(draft -> {
            if (draft.project(name).isPresent()) {
                throw Problem.conflict("Project \"" + name + "\" already exists")
                        .exception();
            }
            draft.put(Kind.PROJECT, project);
            if (project.has("features.profiles")) {
                draft.put(
                        Kind.PROFILE,
                        new Profile(
                                name,
                                Profile.DEFAULT,
                                "Default LXD profile for project " + name,
                                Map.of(),
                                DeviceMap.NONE));
            }
            return true;
        });
        events.lifecycle(name, "project-created", Urls.of("projects", name.value()));
    }

    /// Changes description and keys.
    public void update(
            ProjectName name, Precondition<Project> precondition, String description, Map<String, String> config) {
        Schemas.project().validate(config);
        store.decide(draft -> {
            var before = require(draft, name);
            precondition.check(before);
            var after = new Project(name, description, config);
            for (var feature :
                    List.of("features.images", "features.profiles", "features.storage.volumes", "features.networks")) {
                if (before.has(feature) != after.has(feature)) {
                    if (name.equals(Project.DEFAULT)) {
                        throw Problem.badRequest("You can't change the features of the default project")
                                .exception();
                    }
                    if (!isEmpty(draft, name)) {
                        throw Problem.badRequest("Features can only be changed on empty projects")
                                .exception();
                    }
                }
            }
            draft.put(Kind.PROJECT, after);
            return true;
        });
        events.lifecycle(name, "project-updated", Urls.of("projects", name.value()));
    }

    /// Renames an empty project.
    public void rename(ProjectName from, ProjectName to) {
        if (from.equals(Project.DEFAULT)) {
            throw new Problem.Forbidden("The 'default' project cannot be renamed", "", "").exception();
        }
        store.decide(draft -> {
            var project = require(draft, from);
            if (draft.project(to).isPresent()) {
                throw Problem.conflict("A project named \"" + to + "\" already exists")
                        .exception();
            }
            if (!isEmpty(draft, from)) {
                throw Problem.badRequest("Only empty projects can be renamed").exception();
            }
            draft.remove(Kind.PROJECT, from);
            draft.put(Kind.PROJECT, new Project(to, project.description(), project.config()));
            for (var profile : draft.profiles(from)) {
                draft.remove(Kind.PROFILE, profile.ref());
                draft.put(
                        Kind.PROFILE,
                        new Profile(to, profile.name(), profile.description(), profile.config(), profile.devices()));
            }
            return true;
        });
        events.lifecycle(to, "project-renamed", Urls.of("projects", to.value()), Map.of("old_name", from.value()));
    }

    /// Deletes an empty project.
    public void delete(ProjectName name) {
        if (name.equals(Project.DEFAULT)) {
            throw new Problem.Forbidden("The 'default' project cannot be deleted", "", "").exception();
        }
        store.decide(draft -> {
            require(draft, name);
            if (!isEmpty(draft, name)) {
                throw Problem.badRequest("Only empty projects can be removed").exception();
            }
            for (var profile : draft.profiles(name)) {
                draft.remove(Kind.PROFILE, profile.ref());
            }
            draft.remove(Kind.PROJECT, name);
            return true;
        });
        events.lifecycle(name, "project-deleted", Urls.of("projects", name.value()));
    }

    /// Empty: nothing but the default profile is in it.
    private static boolean isEmpty(Facts facts, ProjectName name) {
        if (!facts.instances(name).isEmpty()
                || !facts.images(name).isEmpty()
                || !facts.networks(name).isEmpty()) {
            return false;
        }
        for (var profile : facts.profiles(name)) {
            if (!profile.name().equals(Profile.DEFAULT)) {
                return false;
            }
        }
        for (var volume : facts.all(Kind.STORAGE_VOLUME)) {
            if (volume.project().equals(name)) {
                return false;
            }
        }
        return true;
    }

    /// URLs of all that uses a project.
    public List<String> usedBy(ProjectName name) {
        var facts = store.facts();
        var urls = new java.util.ArrayList<String>();
        for (var i : facts.instances(name)) {
            urls.add(Urls.of("instances", i.name().value(), name));
        }
        for (var i : facts.images(name)) {
            urls.add(Urls.of("images", i.fingerprint().value(), name));
        }
        for (var n : facts.networks(name)) {
            urls.add(Urls.of("networks", n.name().value(), name));
        }
        for (var p : facts.profiles(name)) {
            urls.add(Urls.of("profiles", p.name().value(), name));
        }
        return urls;
    }
}
