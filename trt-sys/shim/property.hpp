// Reading and writing one property through TensorRT's getter and setter; the conversion follows from their types.
#pragma once

#include "bind.hpp"

namespace TRT_SHIM_NAMESPACE {

inline TrtValue value_of(TrtValueKind kind) {
    TrtValue value{};
    value.kind = kind;
    return value;
}

template <class Result>
TrtValue to_value(Result result) {
    if constexpr (std::is_same_v<Result, Dims>) {
        TrtValue value = value_of(TRT_VALUE_KIND_DIMS);
        value.data.dims = from_dims(result);
        return value;
    } else if constexpr (std::is_same_v<Result, Permutation>) {
        TrtValue value = value_of(TRT_VALUE_KIND_DIMS);
        value.data.dims.rank = TRT_MAX_RANK;
        for (int32_t i = 0; i < TRT_MAX_RANK; ++i) {
            value.data.dims.d[i] = result.order[i];
        }
        return value;
    } else if constexpr (std::is_same_v<Result, Weights>) {
        TrtValue value = value_of(TRT_VALUE_KIND_WEIGHTS);
        value.data.weights = from_weights(result);
        return value;
    } else if constexpr (std::is_same_v<Result, TrtFloats>) {
        TrtValue value = value_of(TRT_VALUE_KIND_FLOATS);
        value.data.floats = result;
        return value;
    } else if constexpr (std::is_same_v<Result, char const *>) {
        TrtValue value = value_of(TRT_VALUE_KIND_TEXT);
        value.data.text = result;
        return value;
    } else if constexpr (std::is_same_v<Result, ITensor *>) {
        TrtValue value = value_of(TRT_VALUE_KIND_TENSOR);
        value.data.tensor = reinterpret_cast<TrtTensor *>(result);
        return value;
    } else if constexpr (std::is_floating_point_v<Result>) {
        TrtValue value = value_of(TRT_VALUE_KIND_REAL);
        value.data.real = result;
        return value;
    } else {
        TrtValue value = value_of(TRT_VALUE_KIND_INTEGER);
        value.data.integer = static_cast<int64_t>(result);
        return value;
    }
}

inline TrtValueData const &expect(TrtValue const &value, TrtValueKind kind) {
    if (value.kind != kind) {
        invalid("the value of the property is of kind " + std::to_string(value.kind) + ", expected " + std::to_string(kind));
    }
    return value.data;
}

inline Permutation to_permutation(TrtDims const &dims) {
    Permutation out{};
    for (int32_t i = 0; i < TRT_MAX_RANK; ++i) {
        out.order[i] = i < dims.rank ? checked_integer<int32_t>(dims.d[i]) : i;
    }
    return out;
}

// `To` without reference and const, as the setter takes it.
template <class To>
decltype(auto) from_value(TrtValue const &value) {
    if constexpr (std::is_same_v<To, Dims>) {
        return to_dims(expect(value, TRT_VALUE_KIND_DIMS).dims);
    } else if constexpr (std::is_same_v<To, Permutation>) {
        return to_permutation(expect(value, TRT_VALUE_KIND_DIMS).dims);
    } else if constexpr (std::is_same_v<To, Weights>) {
        return to_weights(expect(value, TRT_VALUE_KIND_WEIGHTS).weights);
    } else if constexpr (std::is_same_v<To, TrtFloats>) {
        return TrtFloats(expect(value, TRT_VALUE_KIND_FLOATS).floats);
    } else if constexpr (std::is_same_v<To, char const *>) {
        return argument<char const *>(expect(value, TRT_VALUE_KIND_TEXT).text);
    } else if constexpr (std::is_same_v<To, ITensor *>) {
        return reinterpret_cast<ITensor *>(expect(value, TRT_VALUE_KIND_TENSOR).tensor);
    } else if constexpr (std::is_same_v<To, ITensor>) {
        return native(expect(value, TRT_VALUE_KIND_TENSOR).tensor);
    } else if constexpr (std::is_floating_point_v<To>) {
        return static_cast<To>(expect(value, TRT_VALUE_KIND_REAL).real);
    } else {
        return argument<To>(expect(value, TRT_VALUE_KIND_INTEGER).integer);
    }
}

template <auto Getter, class Object>
void read(Object &object, TrtValue *out) {
    using S = Signature<decltype(Getter)>;
    auto &target = static_cast<typename S::Class &>(object);
    if constexpr (std::is_member_function_pointer_v<decltype(Getter)>) {
        *out = to_value((target.*Getter)());
    } else {
        *out = to_value(Getter(target));
    }
}

template <auto Setter, class Object>
void write(Object &object, TrtValue const &value) {
    using S = Signature<decltype(Setter)>;
    using To = std::decay_t<std::tuple_element_t<0, typename S::Arguments>>;
    auto &target = static_cast<typename S::Class &>(object);
    auto const apply = [&]() {
        if constexpr (std::is_member_function_pointer_v<decltype(Setter)>) {
            return (target.*Setter)(from_value<To>(value));
        } else {
            return Setter(target, from_value<To>(value));
        }
    };
    if constexpr (std::is_void_v<typename S::Result>) {
        apply();
    } else {
        result(apply());
    }
}

// The property tables are switches over these, so a doubled line does not compile.
constexpr int32_t property_key(int32_t kind, int32_t property) { return kind << 16 | property; }

} // namespace TRT_SHIM_NAMESPACE
