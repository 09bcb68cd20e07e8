package io.lightvisor.store;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Image;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Network;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Profile;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.ServerConfig;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.model.TrustedCertificate;
import io.lightvisor.model.Warning;
import java.util.List;
import java.util.Optional;

/// All records at one moment. Lists are immutable, ordered by name within their project (pool), and cost nothing to
/// take.
public interface Facts {
    /// How many commits made this state; grows by one with each.
    long revision();

    /// The record of `kind` named `ref`; the type of `ref` is the kind's ([Kind] says which).
    <T> Optional<T> find(Kind<T> kind, Object ref);

    /// All records of a kind.
    <T> List<T> all(Kind<T> kind);

    /// The records of a kind below an owner: a project, for volumes a pool, for snapshots an instance.
    <T> List<T> below(Kind<T> kind, Object owner);

    /// The instance of that name.
    default Optional<Instance> instance(Instance.Ref ref) {
        return find(Kind.INSTANCE, ref);
    }

    /// All instances of all projects.
    default List<Instance> instances() {
        return all(Kind.INSTANCE);
    }

    /// The instances of a project.
    default List<Instance> instances(ProjectName project) {
        return below(Kind.INSTANCE, project);
    }

    /// The snapshot of that name.
    default Optional<InstanceSnapshot> snapshot(InstanceSnapshot.Ref ref) {
        return find(Kind.INSTANCE_SNAPSHOT, ref);
    }

    /// The snapshots of an instance.
    default List<InstanceSnapshot> snapshots(Instance.Ref instance) {
        return below(Kind.INSTANCE_SNAPSHOT, instance.project() + "/" + instance.name());
    }

    /// The backups of an instance, by name.
    default List<InstanceBackup> backups(Instance.Ref ref) {
        return below(Kind.INSTANCE_BACKUP, ref.project() + "/" + ref.name());
    }

    /// The profile of that name.
    default Optional<Profile> profile(Profile.Ref ref) {
        return find(Kind.PROFILE, ref);
    }

    /// The profiles of a project.
    default List<Profile> profiles(ProjectName project) {
        return below(Kind.PROFILE, project);
    }

    /// The project of that name.
    default Optional<Project> project(ProjectName name) {
        return find(Kind.PROJECT, name);
    }

    /// All projects.
    default List<Project> projects() {
        return all(Kind.PROJECT);
    }

    /// The image with that fingerprint in a project.
    default Optional<Image> image(Image.Ref ref) {
        return find(Kind.IMAGE, ref);
    }

    /// The images of a project.
    default List<Image> images(ProjectName project) {
        return below(Kind.IMAGE, project);
    }

    /// The alias of that name.
    default Optional<Image.Alias> imageAlias(Image.Alias.Ref ref) {
        return find(Kind.IMAGE_ALIAS, ref);
    }

    /// The image aliases of a project.
    default List<Image.Alias> imageAliases(ProjectName project) {
        return below(Kind.IMAGE_ALIAS, project);
    }

    /// The network of that name.
    default Optional<Network> network(Network.Ref ref) {
        return find(Kind.NETWORK, ref);
    }

    /// The networks of a project.
    default List<Network> networks(ProjectName project) {
        return below(Kind.NETWORK, project);
    }

    /// The storage pool of that name.
    default Optional<StoragePool> storagePool(PoolName name) {
        return find(Kind.STORAGE_POOL, name);
    }

    /// All storage pools.
    default List<StoragePool> storagePools() {
        return all(Kind.STORAGE_POOL);
    }

    /// The volume of that name.
    default Optional<StorageVolume> storageVolume(StorageVolume.Ref ref) {
        return find(Kind.STORAGE_VOLUME, ref);
    }

    /// The volumes of a pool, of all projects.
    default List<StorageVolume> storageVolumes(PoolName pool) {
        return below(Kind.STORAGE_VOLUME, pool);
    }

    /// The trusted certificate with that fingerprint.
    default Optional<TrustedCertificate> certificate(Fingerprint fingerprint) {
        return find(Kind.CERTIFICATE, fingerprint);
    }

    /// All trusted certificates.
    default List<TrustedCertificate> certificates() {
        return all(Kind.CERTIFICATE);
    }

    /// The server's keys; empty if none was ever set.
    default ServerConfig serverConfig() {
        return find(Kind.SERVER_CONFIG, Kind.SINGLE).orElse(Kind.NO_SERVER_CONFIG);
    }

    /// The warning with that id.
    default Optional<Warning> warning(String uuid) {
        return find(Kind.WARNING, uuid);
    }

    /// All warnings.
    default List<Warning> warnings() {
        return all(Kind.WARNING);
    }
}
