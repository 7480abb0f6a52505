//! The serving engine: ONNX export, adapter banks, batching
