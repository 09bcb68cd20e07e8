package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstancesPost;
import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.engine.instance.CreateInstance;
import io.lightvisor.engine.instance.InstanceSource;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.SnapshotName;
import java.util.Optional;

/// Reads the body of POST `instances` into a command.
final class CreateInstanceReader {
    private CreateInstanceReader() {}

    static CreateInstance read(ProjectName project, InstancesPost post) {
        if (!Fields.text(post.instanceType()).isEmpty()) {
            throw new Problem.Unsupported(
                            "Instance not created",
                            "sizes of clouds (instance_type) are not offered yet",
                            "set limits.cpu and limits.memory")
                    .exception();
        }
        String name = Fields.text(post.name());
        String architecture = Fields.text(post.architecture());
        return new CreateInstance(
                project,
                name.isEmpty() ? Optional.empty() : Optional.of(new InstanceName(name)),
                InstanceType.parse(Fields.text(post.type())),
                architecture.isEmpty() ? Optional.empty() : Optional.of(Architecture.parse(architecture)),
                Fields.map(post.config()),
                new DeviceMap(Fields.devices(post.devices())),
                post.profiles() == null
                        ? Optional.empty()
                        : Optional.of(Fields.list(post.profiles(), ProfileName::new)),
                Fields.flag(post.ephemeral()),
                Fields.text(post.description()),
                source(project, post.source()),
                Fields.flag(post.start()));
    }

    private static InstanceSource source(ProjectName project, io.lightvisor.api.InstanceSource source) {
        if (source == null) {
            throw Problem.badRequest("No source provided").exception();
        }
        String type = Fields.text(source.type());
        return switch (type) {
            case "image" -> new InstanceSource.FromImage(query(source));
            case "none" -> new InstanceSource.Empty();
            case "copy" -> copy(project, source);
            case "migration" ->
                throw new Problem.Unsupported("Instance not created", "migrations are not offered yet", "").exception();
            default ->
                throw Problem.badRequest("Unknown source type " + Problem.printable(type))
                        .exception();
        };
    }

    private static InstanceSource copy(ProjectName project, io.lightvisor.api.InstanceSource source) {
        String name = Fields.text(source.source());
        if (name.isEmpty()) {
            throw Problem.badRequest("Must specify a source instance").exception();
        }
        String other = Fields.text(source.project());
        var from = other.isEmpty() ? project : new ProjectName(other);
        int slash = name.indexOf('/');
        var instance = new Instance.Ref(from, new InstanceName(slash < 0 ? name : name.substring(0, slash)));
        return new InstanceSource.FromInstance(
                instance,
                slash < 0 ? Optional.empty() : Optional.of(new SnapshotName(name.substring(slash + 1))),
                Fields.flag(source.instanceOnly()) || Fields.flag(source.containerOnly()),
                Fields.flag(source.refresh()));
    }

    private static ImageQuery query(io.lightvisor.api.InstanceSource source) {
        String server = Fields.text(source.server());
        String alias = Fields.text(source.alias());
        String fingerprint = Fields.text(source.fingerprint());
        if (!server.isEmpty()) {
            String protocol = Fields.text(source.protocol());
            return new ImageQuery.Remote(
                    protocol.isEmpty() ? "lxd" : protocol,
                    server,
                    alias.isEmpty() ? fingerprint : alias,
                    Fields.text(source.certificate()),
                    Fields.text(source.secret()));
        }
        if (!fingerprint.isEmpty()) {
            return new ImageQuery.ByFingerprint(fingerprint);
        }
        if (!alias.isEmpty()) {
            return new ImageQuery.ByAlias(alias);
        }
        if (source.properties() != null) {
            return new ImageQuery.ByProperties(Fields.map(source.properties()));
        }
        throw Problem.badRequest("Must specify one of alias, fingerprint or properties for init from image")
                .exception();
    }
}
