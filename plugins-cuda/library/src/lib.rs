//! `libtrt_plugins_cuda.so`: all plugins of `plugins-cuda` for programs without Rust, such as `trtexec`, DeepStream, Triton and
//! Python's TensorRT. `cargo xtask build-plugins` builds it.

trt::plugin_library!(plugins_cuda::ALL, init = initLibTrtPluginsCuda);
