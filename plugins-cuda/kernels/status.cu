// Texts of the statuses that launchers return.
#include <cstdint>

#include <cuda_runtime.h>

extern "C" const char* plugins_cuda_status_text(int32_t status) {
    return cudaGetErrorString(static_cast<cudaError_t>(status));
}
