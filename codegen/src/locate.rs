//! From a place in generated code back to the manifest.
