package io.lightvisor.linux.netlink;

/// The number by which our network namespace knows another one (`ip netns list-id`). It lives as long as that namespace
/// and may be given to another one afterwards, so take it fresh for each question.
public record NamespaceId(int value) {}
