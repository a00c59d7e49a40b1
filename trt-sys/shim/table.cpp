// The table itself, and the conversions of plain values.
#include "bind.hpp"
#include "callbacks.hpp"

namespace TRT_SHIM_NAMESPACE {

thread_local char last_error[1024] = "";

Dims to_dims(TrtDims const &dims) {
    if (dims.rank < 0 || dims.rank > TRT_MAX_RANK) {
        invalid("the rank " + std::to_string(dims.rank) + " is not between 0 and 8");
    }
    Dims out{};
    out.nbDims = dims.rank;
    for (int32_t i = 0; i < dims.rank; ++i) {
        out.d[i] = checked_integer<std::decay_t<decltype(out.d[0])>>(dims.d[i]);
    }
    return out;
}

TrtDims from_dims(Dims const &dims) noexcept {
    TrtDims out{};
    out.rank = dims.nbDims;
    for (int32_t i = 0; i < dims.nbDims && i < TRT_MAX_RANK; ++i) {
        out.d[i] = dims.d[i];
    }
    return out;
}

Weights to_weights(TrtWeights const &weights) {
    if (weights.count < 0 || (weights.count > 0 && weights.values == nullptr)) {
        invalid("weights without bytes");
    }
    return Weights{checked_enum<DataType>(weights.dtype), weights.values, weights.count};
}

TrtWeights from_weights(Weights const &weights) noexcept {
    return TrtWeights{static_cast<TrtDataType>(weights.type), weights.values, weights.count};
}

namespace {

void host_memory_data(IHostMemory &memory, void const **data, std::size_t *size) {
    *data = memory.data();
    *size = memory.size();
}

TrtApi make_table() {
    TrtApi api{};
    api.product = TRT_SHIM_RTX ? TRT_PRODUCT_TENSORRT_RTX : TRT_PRODUCT_TENSORRT;
    api.major = NV_TENSORRT_MAJOR;
    api.minor = NV_TENSORRT_MINOR;
    api.patch = NV_TENSORRT_PATCH;
    api.strongly_typed = TRT_HAS_kSTRONGLY_TYPED;
    api.weakly_typed = TRT_HAS_kFP16;
    api.last_error = []() -> char const * { return last_error; };

    api.logger_create = [](TrtLogCallback callback, void *user, TrtLogger **out) {
        return guard([&] { result(new Logger(callback, user), out); });
    };
    api.logger_destroy = destroy<TrtLogger>;
    api.log = [](void *logger, TrtSeverity severity, char const *message) {
        return guard([&] {
            if (logger == nullptr) {
                invalid("there is no logger");
            }
            static_cast<ILogger *>(logger)->log(static_cast<ILogger::Severity>(severity), message);
        });
    };
    bind<host_memory_data>(api.host_memory_data);
    api.host_memory_destroy = destroy<TrtHostMemory>;

    fill_builder(api);
    fill_config(api);
    fill_network(api);
    fill_add_layers(api);
    fill_layers(api);
    fill_attention(api);
    fill_runtime(api);
    fill_engine(api);
    fill_context(api);
    fill_refitter(api);
    fill_onnx(api);
    fill_plugins(api);
    return api;
}

} // namespace
} // namespace TRT_SHIM_NAMESPACE

// The one symbol that each header set exports.
extern "C" TrtApi const *TRT_SHIM_TABLE() {
    static TrtApi const table = TRT_SHIM_NAMESPACE::make_table();
    return &table;
}
