package io.lightvisor.image.bootstrap;

import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import java.io.IOException;
import java.util.List;

/// How one kind of system is built.
interface Recipe {
    /// Its name as a source: `debian`.
    String source();

    /// What can be built, the best first.
    List<BootstrapAlias> aliases();

    /// Builds, and hands the parts of the image to the upload as they come.
    ///
    /// @param choice one of [#aliases]
    /// @param tools  told of each program whose output is waited for, so that a cancelled build can end it
    void build(BootstrapAlias choice, BootstrapSpec spec, ImageUpload upload, Progress progress, RunningTool tools)
            throws IOException;
}
