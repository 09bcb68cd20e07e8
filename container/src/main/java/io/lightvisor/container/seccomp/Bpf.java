package io.lightvisor.container.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Assembles a classic BPF program for seccomp(2): "struct sock_filter" after "struct sock_filter",
/// include/uapi/linux/filter.h.
/// Jumps are counted in instructions to skip.
final class Bpf {
    static final int NUMBER = 0;
    static final int ARCH = 4;

    private static final short LOAD_WORD = 0x20;
    private static final short JUMP = 0x05;
    private static final short JUMP_EQUAL = 0x15;
    private static final short AND = 0x54;
    private static final short JUMP_ABOVE = 0x25;
    private static final short JUMP_AT_LEAST = 0x35;
    private static final short JUMP_ANY_BIT = 0x45;
    static final short RETURN = 0x06;

    private ByteBuffer program = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    /// The low half of argument `index`, in "struct seccomp_data" on a little-endian machine.
    static int argument(int index) {
        return 16 + 8 * index;
    }

    /// Loads the word at this offset of "struct seccomp_data".
    Bpf load(int offset) {
        return add(LOAD_WORD, 0, 0, offset);
    }

    /// Skips that many instructions, however many.
    Bpf jump(int instructions) {
        return add(JUMP, 0, 0, instructions);
    }

    /// Skips `then` instructions if the word loaded is `value`.
    Bpf ifEqual(int value, int then) {
        return add(JUMP_EQUAL, then, 0, value);
    }

    /// Skips `otherwise` instructions unless the word loaded is `value`.
    Bpf unlessEqual(int value, int otherwise) {
        return add(JUMP_EQUAL, 0, otherwise, value);
    }

    /// Skips `otherwise` instructions unless the word loaded is at least `value`, unsigned.
    Bpf unlessAtLeast(int value, int otherwise) {
        return add(JUMP_AT_LEAST, 0, otherwise, value);
    }

    /// Skips `then` instructions if the word loaded is at least `value`, unsigned.
    Bpf ifAtLeast(int value, int then) {
        return add(JUMP_AT_LEAST, then, 0, value);
    }

    /// Skips `then` instructions if the word loaded is more than `value`, unsigned.
    Bpf ifAbove(int value, int then) {
        return add(JUMP_ABOVE, then, 0, value);
    }

    /// Skips `otherwise` instructions unless the word loaded is more than `value`, unsigned.
    Bpf unlessAbove(int value, int otherwise) {
        return add(JUMP_ABOVE, 0, otherwise, value);
    }

    /// Keeps only these bits of the word loaded.
    Bpf and(int bits) {
        return add(AND, 0, 0, bits);
    }

    /// Skips `otherwise` instructions unless the word loaded has one of these bits.
    Bpf unlessAnyBit(int bits, int otherwise) {
        return add(JUMP_ANY_BIT, 0, otherwise, bits);
    }

    Bpf answer(int action) {
        return add(RETURN, 0, 0, action);
    }

    /// Appends another program, whose jumps stay within it.
    Bpf append(Bpf other) {
        for (int i = 0; i < other.length(); i++) {
            reserve();
            program.putLong(other.program.getLong(8 * i));
        }
        return this;
    }

    /// In instructions.
    int length() {
        return program.position() / 8;
    }

    byte[] toBytes() {
        return Arrays.copyOf(program.array(), program.position());
    }

    private Bpf add(short code, int whenTrue, int whenFalse, int operand) {
        if (whenTrue > 255 || whenFalse > 255) {
            throw new IllegalArgumentException("jump too far: " + Math.max(whenTrue, whenFalse));
        }
        reserve();
        program.putShort(code).put((byte) whenTrue).put((byte) whenFalse).putInt(operand);
        return this;
    }

    private void reserve() {
        if (program.remaining() < 8) {
            program = ByteBuffer.allocate(program.capacity() * 2)
                    .order(ByteOrder.nativeOrder())
                    .put(program.flip());
        }
    }
}
