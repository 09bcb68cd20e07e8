package io.lightvisor.storage.overlay;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What lies below an instance's own layer, the topmost first. On disk (`overlay/layers`) one line each:
///
///     image 5f1c...     the rootfs of an image of this pool
///     empty             an empty folder, for a root that starts with nothing
///
/// A snapshot will add `layer ID` lines on top.
record LayerList(List<Layer> layers) {
    private static final int MAX_BYTES = 64 * 1024;

    LayerList {
        layers = List.copyOf(layers);
    }

    sealed interface Layer {
        /// An image's content.
        record ImageLayer(Fingerprint fingerprint) implements Layer {}

        /// Nothing.
        record EmptyLayer() implements Layer {}
    }

    static LayerList of(Layer layer) {
        return new LayerList(List.of(layer));
    }

    boolean uses(Fingerprint fingerprint) {
        for (var layer : layers) {
            if (layer instanceof Layer.ImageLayer image && image.fingerprint().equals(fingerprint)) {
                return true;
            }
        }
        return false;
    }

    /// Writes the list and waits until it is on the disk: from then on the layers are in use.
    void write(Path file) throws IOException {
        var text = new StringBuilder();
        for (var layer : layers) {
            text.append(
                            switch (layer) {
                                case Layer.ImageLayer image -> "image " + image.fingerprint();
                                case Layer.EmptyLayer() -> "empty";
                            })
                    .append('\n');
        }
        var bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    static LayerList read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is no list of layers: more than " + MAX_BYTES + " bytes");
        }
        var layers = new ArrayList<Layer>();
        for (var line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            layers.add(layer(file, line));
        }
        return new LayerList(layers);
    }

    private static Layer layer(Path file, String line) throws IOException {
        if (line.equals("empty")) {
            return new Layer.EmptyLayer();
        }
        if (line.startsWith("image ")) {
            try {
                return new Layer.ImageLayer(new Fingerprint(line.substring("image ".length())));
            } catch (ProblemException e) {
                throw new IOException(file + " is damaged: " + e.getMessage(), e);
            }
        }
        throw new IOException(file + " is damaged: no layer is called \"" + line + "\"");
    }
}
