// The parser of ONNX files. Older header sets come without it.
#include "bind.hpp"
#include "callbacks.hpp"

#if __has_include(<NvOnnxParser.h>)
#include <NvOnnxParser.h>

namespace TRT_SHIM_NAMESPACE {

using nvonnxparser::IParser;
TRT_SHIM_HANDLE(TrtOnnxParser, IParser)

namespace {

TrtStatus parser_create(TrtCreateFromNetwork factory, TrtNetwork *network, TrtLogger *logger, TrtOnnxParser **out) noexcept {
    return guard([&] {
        if (factory == nullptr) {
            invalid("the factory of the parser is null");
        }
        ILogger *const log = &native(logger);
        result(static_cast<IParser *>(factory(&native(network), log, NV_ONNX_PARSER_VERSION)), out);
    });
}

// Of IParser and IParserError only what all versions since TensorRT 10.1 have at the same place: later ones append.
void parse(IParser &parser, char const *file) {
    if (parser.parseFromFile(file, static_cast<int>(ILogger::Severity::kWARNING))) {
        return;
    }
    std::string text;
    for (int i = 0; i < parser.getNbErrors(); ++i) {
        auto const &error = *parser.getError(i);
        text += text.empty() ? "" : "; ";
        text += error.desc();
        if (error.nodeOperator() != nullptr && *error.nodeOperator() != 0) {
            text += " (" + std::string(error.nodeOperator()) + " " + error.nodeName() + ")";
        }
    }
    failed(text.empty() ? "the parser gives no reason" : text);
}

} // namespace

void fill_onnx(TrtApi &api) {
    api.onnx_parser_create = parser_create;
    api.onnx_parser_destroy = destroy<TrtOnnxParser>;
    bind<parse>(api.onnx_parser_parse);
}

} // namespace TRT_SHIM_NAMESPACE

#else

namespace TRT_SHIM_NAMESPACE {

void fill_onnx(TrtApi &) {}

} // namespace TRT_SHIM_NAMESPACE

#endif
