package io.lightvisor.daemon.log;

import java.util.concurrent.ConcurrentHashMap;

/// Gives the JDK our loggers; found by the service loader.
public final class LogFinder extends System.LoggerFinder {
    private final ConcurrentHashMap<String, System.Logger> loggers = new ConcurrentHashMap<>();

    @Override
    public System.Logger getLogger(String name, Module module) {
        return loggers.computeIfAbsent(name, LineLogger::new);
    }
}
