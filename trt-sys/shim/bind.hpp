// bind<&IBuilder::getNbDLACores>(api.builder_nb_dla_cores) makes the C entry for a method of TensorRT, or for a function
// of ours whose first parameter is the object: arguments are converted and checked, the result goes to the last parameter.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common.hpp"

namespace TRT_SHIM_NAMESPACE {

template <class Function>
struct Signature;

#define TRT_SHIM_SIGNATURE(pattern)                                                                                    \
    template <class R, class C, class... A>                                                                            \
    struct Signature<pattern> {                                                                                        \
        using Result = R;                                                                                              \
        using Class = C;                                                                                               \
        using Arguments = std::tuple<A...>;                                                                            \
    };

TRT_SHIM_SIGNATURE(R (C::*)(A...))
TRT_SHIM_SIGNATURE(R (C::*)(A...) const)
TRT_SHIM_SIGNATURE(R (C::*)(A...) noexcept)
TRT_SHIM_SIGNATURE(R (C::*)(A...) const noexcept)
TRT_SHIM_SIGNATURE(R (*)(C &, A...))

// A pointer result that may be null without being a failure.
template <class T>
struct Optional {
    T *value;
};

template <class To, class From>
To checked_integer(From value) {
    if constexpr (std::is_same_v<To, bool>) {
        return value != 0;
    } else {
        To const result = static_cast<To>(value);
        if (static_cast<From>(result) != value || (result < To{}) != (value < From{})) {
            invalid("the number " + std::to_string(value) + " is out of range here");
        }
        return result;
    }
}

template <class Enum, class From>
Enum checked_enum(From value) {
    auto const number = static_cast<std::int64_t>(value);
    if (number < 0 || number >= EnumMax<Enum>()) {
        unsupported("this TensorRT has no value " + std::to_string(number) + " for that enumeration");
    }
    return static_cast<Enum>(number);
}

// One argument, from C to what the method takes (`To` without reference and const).
template <class To, class From>
decltype(auto) argument(From value) {
    if constexpr (std::is_same_v<To, From>) {
        if constexpr (std::is_same_v<From, char const *>) {
            if (value == nullptr) {
                invalid("a string is null");
            }
        }
        return value;
    } else if constexpr (std::is_same_v<To, Dims>) {
        if (value == nullptr) {
            invalid("dimensions are null");
        }
        return to_dims(*value);
    } else if constexpr (std::is_same_v<To, Weights>) {
        return to_weights(value);
    } else if constexpr (std::is_same_v<To, cudaStream_t> || std::is_same_v<To, cudaEvent_t>) {
        return static_cast<To>(value);
    } else if constexpr (std::is_enum_v<To>) {
        return checked_enum<To>(value);
    } else if constexpr (std::is_integral_v<To>) {
        return checked_integer<To>(value);
    } else if constexpr (std::is_floating_point_v<To>) {
        return static_cast<To>(value);
    } else if constexpr (std::is_pointer_v<To>) {
        return static_cast<To>(&native(value));
    } else {
        return static_cast<To &>(native(value));
    }
}

template <class Result>
void result(Result) {
    static_assert(std::is_same_v<Result, bool>, "a result needs a place to go");
}

inline void result(bool ok) {
    if (!ok) {
        failed("TensorRT refused the call");
    }
}

template <class Result, class Out>
void result(Result const &value, Out *out) {
    if (out == nullptr) {
        invalid("the pointer for the result is null");
    }
    if constexpr (std::is_same_v<Result, Out>) {
        *out = value;
    } else if constexpr (std::is_same_v<std::decay_t<Result>, Dims>) {
        *out = from_dims(value);
    } else if constexpr (std::is_same_v<std::decay_t<Result>, Weights>) {
        *out = from_weights(value);
    } else if constexpr (std::is_pointer_v<Result>) {
        if (value == nullptr) {
            failed("TensorRT returned no object");
        }
        // Through the base class that the handle stands for: a typed layer becomes an ILayer.
        using Handle = std::remove_pointer_t<Out>;
        *out = reinterpret_cast<Handle *>(const_cast<Native<Handle> *>(static_cast<Native<Handle> const *>(value)));
    } else {
        *out = static_cast<Out>(value);
    }
}

template <class T, class Handle>
void result(Optional<T> value, Handle **out) {
    *out = reinterpret_cast<Handle *>(value.value);
}

template <auto Function, class Object, class Parameters, std::size_t... In, std::size_t... Out>
void call(Object &object, Parameters const &parameters, std::index_sequence<In...>, std::index_sequence<Out...>) {
    using S = Signature<decltype(Function)>;
    auto &target = static_cast<typename S::Class &>(object);
    auto const invoke = [&]() -> decltype(auto) {
        if constexpr (std::is_member_function_pointer_v<decltype(Function)>) {
            return (target.*Function)(
                argument<std::decay_t<std::tuple_element_t<In, typename S::Arguments>>>(std::get<In>(parameters))...);
        } else {
            return Function(
                target, argument<std::decay_t<std::tuple_element_t<In, typename S::Arguments>>>(std::get<In>(parameters))...);
        }
    };
    if constexpr (std::is_void_v<typename S::Result>) {
        invoke();
    } else {
        result(invoke(), std::get<sizeof...(In) + Out>(parameters)...);
    }
}

template <auto Function, class Handle, class... Parameters>
TrtStatus thunk(Handle *handle, Parameters... parameters) noexcept {
    constexpr std::size_t arity = std::tuple_size_v<typename Signature<decltype(Function)>::Arguments>;
    static_assert(sizeof...(Parameters) >= arity, "the C entry has too few parameters");
    return guard([&] {
        call<Function>(native(handle), std::tuple<Parameters...>(parameters...), std::make_index_sequence<arity>(),
                       std::make_index_sequence<sizeof...(Parameters) - arity>());
    });
}

template <auto Function, class Handle, class... Parameters>
void bind(TrtStatus (*&slot)(Handle *, Parameters...)) {
    slot = &thunk<Function, Handle, Parameters...>;
}

} // namespace TRT_SHIM_NAMESPACE
