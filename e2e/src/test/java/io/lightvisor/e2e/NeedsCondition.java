package io.lightvisor.e2e;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Skips what [Needs] says cannot run here.
final class NeedsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String missing = context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, Needs.class))
                .map(needs -> Arrays.stream(needs.value())
                        .map(Need::missing)
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(", ")))
                .orElse("");
        return missing.isEmpty()
                ? ConditionEvaluationResult.enabled("all there")
                : ConditionEvaluationResult.disabled(missing);
    }
}
