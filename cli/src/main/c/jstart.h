/* The starter of Java programs: what its two files know of each other. */
#ifndef JSTART_H
#define JSTART_H

#include <jni.h>

/* Registers the functions of io.lightvisor.cli.terminal.Native, if the program has that class. */
int register_native(JNIEnv *env);

/* Gives the terminal its mode back, if it was made raw. May be called from a signal handler. */
void restore_terminal(void);

#endif
