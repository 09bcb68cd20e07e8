package io.lightvisor.image.template;

/// A template that does not parse, or asks for what there is not.
final class TemplateError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateError(String message) {
        super(message);
    }
}
