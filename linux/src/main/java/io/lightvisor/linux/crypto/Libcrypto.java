package io.lightvisor.linux.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// One hash by OpenSSL 3: EVP_DigestInit(3).
final class Libcrypto implements AutoCloseable {
    private static final int SIZE = 32;
    private static final @Nullable Functions FUNCTIONS = load();

    private record Functions(
            MethodHandle create,
            MethodHandle sha256,
            MethodHandle init,
            MethodHandle update,
            MethodHandle end,
            MethodHandle free) {}

    private final Functions functions;
    private MemorySegment context;

    private Libcrypto(Functions functions) {
        this.functions = functions;
        try {
            context = (MemorySegment) functions.create.invokeExact();
            var algorithm = (MemorySegment) functions.sha256.invokeExact();
            check((int) functions.init.invokeExact(context, algorithm, MemorySegment.NULL));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// A fresh hash; null if the host has no OpenSSL 3.
    static @Nullable Libcrypto open() {
        return FUNCTIONS == null ? null : new Libcrypto(FUNCTIONS);
    }

    void update(byte[] bytes, int offset, int length) {
        try {
            check((int) functions.update.invokeExact(
                    open(context), MemorySegment.ofArray(bytes).asSlice(offset, length), (long) length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    byte[] digest() {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(SIZE);
            check((int) functions.end.invokeExact(open(context), out, MemorySegment.NULL));
            return out.toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable t) {
            throw unexpected(t);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (!context.equals(MemorySegment.NULL)) {
            try {
                functions.free.invokeExact(context);
            } catch (Throwable t) {
                throw unexpected(t);
            } finally {
                context = MemorySegment.NULL;
            }
        }
    }

    private static MemorySegment open(MemorySegment context) {
        if (context.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("the hash is ended");
        }
        return context;
    }

    private static void check(int result) {
        if (result != 1) {
            throw new IllegalStateException("libcrypto refused to hash");
        }
    }

    private static @Nullable Functions load() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());
        } catch (IllegalArgumentException e) {
            return null;
        }
        var address = ValueLayout.ADDRESS;
        var number = ValueLayout.JAVA_INT;
        // The bytes stay on the heap while they are hashed: a quarter of a megabyte takes 0.2 ms, which no collector
        // misses.
        return new Functions(
                function(library, "EVP_MD_CTX_new", FunctionDescriptor.of(address)),
                function(library, "EVP_sha256", FunctionDescriptor.of(address)),
                function(library, "EVP_DigestInit_ex", FunctionDescriptor.of(number, address, address, address)),
                function(
                        library,
                        "EVP_DigestUpdate",
                        FunctionDescriptor.of(number, address, address, ValueLayout.JAVA_LONG),
                        Linker.Option.critical(true)),
                function(library, "EVP_DigestFinal_ex", FunctionDescriptor.of(number, address, address, address)),
                function(library, "EVP_MD_CTX_free", FunctionDescriptor.ofVoid(address)));
    }

    private static MethodHandle function(
            SymbolLookup library, String name, FunctionDescriptor shape, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape, options);
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t);
        };
    }
}
