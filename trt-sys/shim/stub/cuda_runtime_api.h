/* Stands in for CUDA's header: TensorRT's headers need these names only, and nothing of the shim calls CUDA. */
#ifndef TRT_SHIM_CUDA_RUNTIME_API_H
#define TRT_SHIM_CUDA_RUNTIME_API_H

typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;

#endif
