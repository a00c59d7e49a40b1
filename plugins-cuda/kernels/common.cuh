// What all kernels share: the tensors they get, the choice of a data type, conversions, and how they are launched.
//
// A launcher puts its kernels on the given stream and returns the status of the launch. It allocates nothing and never waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace plugins_cuda {

constexpr int MAX_RANK = 8;

// The numbers of nvinfer1::DataType, which src/kernels.rs hands on.
enum class Type : int32_t {
    Float = 0,
    Half = 1,
    Int8 = 2,
    Int32 = 3,
    Bool = 4,
    UInt8 = 5,
    BFloat16 = 7,
    Int64 = 8,
};

// A contiguous tensor on the device; the same struct as in src/kernels.rs.
struct Tensor {
    void* data;
    Type type;
    int32_t rank;
    int64_t dims[MAX_RANK];

    template <typename T>
    __host__ __device__ T* as() const {
        return static_cast<T*>(data);
    }

    // Product of the sizes of the dimensions from `first` up to, not including, `last`.
    int64_t count(int first, int last) const {
        int64_t product = 1;
        for (int i = first; i < last; ++i) product *= dims[i];
        return product;
    }

    int64_t count() const { return count(0, rank); }
};

inline size_t size_of(Type type) {
    switch (type) {
        case Type::Float:
        case Type::Int32: return 4;
        case Type::Half:
        case Type::BFloat16: return 2;
        case Type::Int64: return 8;
        case Type::Int8:
        case Type::Bool:
        case Type::UInt8: return 1;
    }
    return 0;
}

// Names a type where a value of it is not wanted: `decltype(tag)::type`.
template <typename T>
struct Tag {
    using type = T;
};

// Calls `f` with the tag of a real type: arithmetic in float, storage as `type` says.
template <typename F>
cudaError_t for_real(Type type, F f) {
    switch (type) {
        case Type::Float: return f(Tag<float>{});
        case Type::Half: return f(Tag<__half>{});
        case Type::BFloat16: return f(Tag<__nv_bfloat16>{});
        default: return cudaErrorInvalidValue;
    }
}

// As for_real, with the integers that PyTorch computes with, too.
template <typename F>
cudaError_t for_number(Type type, F f) {
    switch (type) {
        case Type::Int32: return f(Tag<int32_t>{});
        case Type::Int64: return f(Tag<int64_t>{});
        default: return for_real(type, f);
    }
}

// Calls `f` with the tag of an index type.
template <typename F>
cudaError_t for_index(Type type, F f) {
    switch (type) {
        case Type::Int32: return f(Tag<int32_t>{});
        case Type::Int64: return f(Tag<int64_t>{});
        default: return cudaErrorInvalidValue;
    }
}

// Calls `f` with the tag of a type of so many bytes: for kernels that move elements whatever they mean.
template <typename F>
cudaError_t for_bytes(size_t bytes, F f) {
    switch (bytes) {
        case 1: return f(Tag<uint8_t>{});
        case 2: return f(Tag<uint16_t>{});
        case 4: return f(Tag<uint32_t>{});
        case 8: return f(Tag<uint2>{});
        case 16: return f(Tag<uint4>{});
        default: return cudaErrorInvalidValue;
    }
}

// The type to compute in: float for the short real types, the type itself otherwise.
template <typename T>
struct Compute {
    using type = T;
};
template <>
struct Compute<__half> {
    using type = float;
};
template <>
struct Compute<__nv_bfloat16> {
    using type = float;
};

template <typename T>
__host__ __device__ inline typename Compute<T>::type widen(T value) {
    return value;
}
__host__ __device__ inline float widen(__half value) { return __half2float(value); }
__host__ __device__ inline float widen(__nv_bfloat16 value) { return __bfloat162float(value); }

// Element `i` of a tensor of any real type, for the few that decide where others are read.
__device__ inline float real_at(const Tensor& tensor, int64_t i) {
    switch (tensor.type) {
        case Type::Half: return widen(tensor.as<const __half>()[i]);
        case Type::BFloat16: return widen(tensor.as<const __nv_bfloat16>()[i]);
        default: return tensor.as<const float>()[i];
    }
}

// Rounds to nearest, ties to even, as PyTorch does.
template <typename T>
__host__ __device__ inline T narrow(typename Compute<T>::type value) {
    return value;
}
template <>
__host__ __device__ inline __half narrow<__half>(float value) {
    return __float2half_rn(value);
}
template <>
__host__ __device__ inline __nv_bfloat16 narrow<__nv_bfloat16>(float value) {
    return __float2bfloat16_rn(value);
}

// Two at once, which is one instruction.
template <typename T>
__device__ inline auto narrow_two(float first, float second) {
    if constexpr (std::is_same_v<T, __half>) {
        return __floats2half2_rn(first, second);
    } else {
        return __floats2bfloat162_rn(first, second);
    }
}

// What moves so many bytes in one access.
template <size_t BYTES>
struct Word;
template <>
struct Word<1> {
    using type = uint8_t;
};
template <>
struct Word<2> {
    using type = uint16_t;
};
template <>
struct Word<4> {
    using type = uint32_t;
};
template <>
struct Word<8> {
    using type = uint2;
};
template <>
struct Word<16> {
    using type = uint4;
};

// V neighbours in memory, moved at once where the address allows it.
template <typename T, int V>
struct alignas(sizeof(T) * V) Pack {
    T values[V];
};

inline bool is_aligned(const void* pointer, size_t bytes) {
    return reinterpret_cast<uintptr_t>(pointer) % bytes == 0;
}

template <typename T>
__host__ __device__ constexpr T ceil_div(T a, T b) {
    return (a + b - 1) / b;
}

// Divides by a number that the host knows: the quotient of values up to 2^31 - 1 by a multiplication and a shift, which a
// memory-bound kernel has time for; a division is ten times that.
template <typename Index>
class Divider;

template <>
class Divider<uint32_t> {
  public:
    Divider() = default;
    explicit Divider(int64_t divisor) : divisor_(static_cast<uint32_t>(divisor)) {
        while ((uint64_t{1} << shift_) < divisor_) ++shift_;
        const uint64_t excess = (uint64_t{1} << shift_) - divisor_;
        factor_ = static_cast<uint32_t>((excess << 32) / divisor_ + 1);
    }

    __host__ __device__ uint32_t divisor() const { return divisor_; }

    // Quotient, and the remainder in `value`.
    __host__ __device__ uint32_t divide(uint32_t& value) const {
        const uint32_t high = static_cast<uint32_t>((static_cast<uint64_t>(value) * factor_) >> 32);
        const uint32_t quotient = (high + value) >> shift_;
        value -= quotient * divisor_;
        return quotient;
    }

  private:
    uint32_t divisor_ = 1;
    uint32_t factor_ = 1;
    uint32_t shift_ = 0;
};

template <>
class Divider<int64_t> {
  public:
    Divider() = default;
    explicit Divider(int64_t divisor) : divisor_(divisor) {}

    __host__ __device__ int64_t divisor() const { return divisor_; }

    __host__ __device__ int64_t divide(int64_t& value) const {
        const int64_t quotient = value / divisor_;
        value -= quotient * divisor_;
        return quotient;
    }

  private:
    int64_t divisor_ = 1;
};

// Blocks and threads of a launch, and bytes of dynamic shared memory.
struct Shape {
    dim3 blocks;
    dim3 threads;
    size_t shared = 0;
};

constexpr int THREADS = 256;

// One thread for each of `items`, or a grid-stride loop where they are very many.
inline Shape one_each(int64_t items, int threads = THREADS) {
    const int64_t blocks = ceil_div<int64_t>(items, threads);
    const int64_t most = 1 << 22;
    return {dim3(static_cast<unsigned>(blocks < most ? blocks : most)), dim3(threads)};
}

// A type in which the compiler deduces nothing, so that arguments convert to the kernel's parameters.
template <typename T>
struct Same {
    using type = T;
};

// A block's dynamic shared memory.
#ifdef PLUGINS_CUDA_EMULATION
#define PLUGINS_CUDA_DYNAMIC_SHARED(name) alignas(128) static unsigned char name[1 << 17]
#else
#define PLUGINS_CUDA_DYNAMIC_SHARED(name) extern __shared__ __align__(128) unsigned char name[]
#endif

// Lets a kernel's blocks have so many bytes of dynamic shared memory, and several of them all that their multiprocessor has.
template <typename... P>
cudaError_t allow_shared(void (*kernel)(P...), size_t bytes) {
    const auto* function = reinterpret_cast<const void*>(kernel);
    const cudaError_t status =
        cudaFuncSetAttribute(function, cudaFuncAttributePreferredSharedMemoryCarveout, cudaSharedmemCarveoutMaxShared);
    if (status != cudaSuccess) return status;
    return cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes));
}

// Launches a kernel; a launch of no blocks is done already. Returns the status of this launch only.
template <typename... P>
cudaError_t launch(void (*kernel)(P...), Shape shape, cudaStream_t stream, typename Same<P>::type... arguments) {
    if (shape.blocks.x == 0 || shape.blocks.y == 0 || shape.blocks.z == 0) return cudaSuccess;
#ifdef PLUGINS_CUDA_EMULATION
    emulation::run(shape.blocks, shape.threads, [&] { kernel(arguments...); });
    return cudaSuccess;
#else
    void* pointers[] = {static_cast<void*>(&arguments)...};
    return cudaLaunchKernel(
        reinterpret_cast<const void*>(kernel), shape.blocks, shape.threads, pointers, shape.shared, stream);
#endif
}

// The items of this thread in a grid-stride loop.
#define PLUGINS_CUDA_FOR_EACH(Index, i, n)                                                              \
    for (Index i = static_cast<Index>(blockIdx.x) * blockDim.x + threadIdx.x; i < static_cast<Index>(n); \
         i += static_cast<Index>(gridDim.x) * blockDim.x)

// Defines `extern "C" plugins_cuda_NAME`, which src/kernels.rs declares, over `launch_NAME(const Args&, cudaStream_t)`. The size
// tells when the two sides' structs have drifted apart.
#define PLUGINS_CUDA_LAUNCHER(name, Args)                                                                     \
    extern "C" int32_t plugins_cuda_##name(const void* arguments, size_t size, cudaStream_t stream) noexcept { \
        if (size != sizeof(Args)) return cudaErrorInvalidValue;                                               \
        return launch_##name(*static_cast<const Args*>(arguments), stream);                                   \
    }

}  // namespace plugins_cuda
