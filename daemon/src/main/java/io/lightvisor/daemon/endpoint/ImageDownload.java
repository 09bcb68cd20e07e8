package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.image.ImagePart;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/// The files of an image as a download: a unified image as a file, a split one as two parts of a form.
public final class ImageDownload {
    private ImageDownload() {}

    /// Streams them.
    public static Answer of(List<ImagePart> parts) {
        return parts.size() == 1 ? file(parts.getFirst()) : form(parts);
    }

    private static Answer file(ImagePart part) {
        return new Answer.Streamed(
                200,
                "application/octet-stream",
                OptionalLong.of(part.size()),
                Map.of("Content-Disposition", "inline;filename=" + part.filename()),
                out -> Files.copy(part.file(), out));
    }

    private static Answer form(List<ImagePart> parts) {
        String boundary = UUID.randomUUID().toString().replace("-", "");
        byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        long length = end.length;
        for (int i = 0; i < parts.size(); i++) {
            length += head(boundary, parts.get(i), i == 0).length + parts.get(i).size();
        }
        return new Answer.Streamed(
                200,
                "multipart/form-data; boundary=" + boundary,
                OptionalLong.of(length),
                Map.of(),
                out -> write(parts, boundary, end, out));
    }

    private static void write(List<ImagePart> parts, String boundary, byte[] end, OutputStream out) throws IOException {
        for (int i = 0; i < parts.size(); i++) {
            out.write(head(boundary, parts.get(i), i == 0));
            Files.copy(parts.get(i).file(), out);
        }
        out.write(end);
    }

    private static byte[] head(String boundary, ImagePart part, boolean first) {
        String text = (first ? "" : "\r\n") + "--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"" + part.name() + "\"; filename=\"" + part.filename()
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
