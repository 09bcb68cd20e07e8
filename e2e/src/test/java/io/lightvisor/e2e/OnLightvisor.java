package io.lightvisor.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test on the one running daemon: gives a [LightvisorHost] as a parameter and cleans up after every test.
@Inherited
@Needs(Need.ROOT)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(LightvisorExtension.class)
@interface OnLightvisor {}
