// Package starts is a catalogue of cold starts that others have measured, by
// phase, and of how fast weights were loaded: starts.toml, each entry with its
// grade and source. An experiment names one in a table init, and what it gives
// itself stands in place of the measured phase:
//
//	init = { start = "vllm-qwen3-8b-b200", weights = { bandwidth = "h100-nvme-safetensors" } }
//
// A start is as long as what was measured: parts of one phase are added up, and
// what no part of a printed total has is put into one phase and said. A restore
// from a snapshot is one phase that stands for those it replaces.
package starts
