package io.lightvisor.container.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Runs a program as the kernel would, on one call.
final class BpfMachine {
    private BpfMachine() {}

    /// @param arguments up to six
    /// @return the action
    static int run(byte[] program, Abi abi, int number, long... arguments) {
        var data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(number).putInt(abi.auditArch()).putLong(0);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        var code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        int loaded = 0;
        int at = 0;
        while (true) {
            short operation = code.getShort(8 * at);
            int whenTrue = code.get(8 * at + 2) & 0xFF;
            int whenFalse = code.get(8 * at + 3) & 0xFF;
            int operand = code.getInt(8 * at + 4);
            at++;
            switch (operation) {
                case 0x20 -> loaded = data.getInt(operand);
                case 0x54 -> loaded &= operand;
                case 0x05 -> at += operand;
                case 0x15 -> at += loaded == operand ? whenTrue : whenFalse;
                case 0x25 -> at += Integer.compareUnsigned(loaded, operand) > 0 ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(loaded, operand) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (loaded & operand) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + operation);
            }
        }
    }
}
