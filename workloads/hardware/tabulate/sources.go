package main

import (
	"path/filepath"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// source is what one shipped file is made from.
type source struct {
	out   string
	in    string // beginning of the names of its files
	kind  func(path string, tolerance float64) ([]tables.Block, error)
	notes []string
}

var (
	aiconfigurator = []string{
		"Kernels measured by ai-dynamo/aiconfigurator, commit 095f58a.",
		"Copyright (c) 2025-2026 NVIDIA CORPORATION & AFFILIATES. Licence: Apache-2.0.",
		"Changed: rounded to four digits, repeated measurements averaged, matrix products thinned.",
	}
	llmServingSim = []string{
		"Operations of a layer measured by casys-kaist/LLMServingSim, commit 5daddb2.",
		"Licence: MIT, Copyright (c) 2024, CASYS Lab at KAIST.",
		"Changed: rounded to four digits.",
	}
)

var sources = []source{
	{"a100.kernels.gz", "gpu-kernels/a100_sxm_vllm0.14.0", kernels, aiconfigurator},
	{"b200.kernels.gz", "gpu-kernels/b200_sxm_vllm0.19.0", kernels, aiconfigurator},
	{"h100.kernels.gz", "gpu-kernels/h100_sxm_vllm0.14.0", kernels, aiconfigurator},
	{"h200.kernels.gz", "gpu-kernels/h200_sxm_vllm0.14.0", kernels, aiconfigurator},
	{"l40s.kernels.gz", "gpu-kernels/l40s_vllm0.14.0", kernels, aiconfigurator},
	{"rtx-pro-6000.kernels.gz", "gpu-kernels/rtx_pro_6000_server_vllm0.19.0", kernels, aiconfigurator},
	{"rtx-4090.llama-3.1-8b.1.gz", "vllm-ops/profile_RTX4090_Llama-3.1-8B_tp1", operations, llmServingSim},
	{"rtx-pro-6000.llama-3.1-8b.1.gz", "vllm-ops/profile_RTXPRO6000_Llama-3.1-8B_tp1", operations, llmServingSim},
	{"rtx-pro-6000.qwen3-32b.2.gz", "vllm-ops/profile_RTXPRO6000_Qwen3-32B_tp2", operations, llmServingSim},
}

func (s *source) file(data string, tolerance float64) (*tables.File, error) {
	blocks, err := s.kind(filepath.Join(data, s.in), tolerance)
	if err != nil {
		return nil, err
	}
	return &tables.File{Notes: s.notes, Blocks: blocks}, nil
}

// part is one block: the rows of a file that begin with a word, over an axis.
type part struct {
	name, word string
	keys       []string
	axis       string
	column     int
	thin       bool
}

// kernels are the blocks of a GPU whose kernels were measured, in ms.
func kernels(path string, tolerance float64) ([]tables.Block, error) {
	gemm := func(name, word string) part { return part{name, word, []string{"n", "k"}, "m", 0, true} }
	reduce := func(name, word string) part { return part{name, word, []string{"gpus"}, "elements", 1, false} }
	attention := []string{"heads", "kv_heads", "batch"}
	return collect(path, 1e3, tolerance, []suffix{
		{"_gemm.csv.gz", []part{gemm("gemm bf16", "bfloat16"), gemm("gemm fp8", "fp8")}},
		{"_context_attention.csv.gz", []part{{"prefill attention", "", attention, "length", 3, false}}},
		{"_generation_attention.csv.gz", []part{{"decode attention", "", attention, "context", 3, false}}},
		{"_allreduce.csv.gz", []part{reduce("all-reduce graph", "vllm_graph"), reduce("all-reduce eager", "vllm_eager")}},
	})
}

// operations are the blocks of a model whose layer was measured, in µs.
func operations(path string, tolerance float64) ([]tables.Block, error) {
	return collect(path, 1, tolerance, []suffix{
		{"_dense.csv.gz", []part{{"dense", "", []string{"operation"}, "tokens", 1, false}}},
		{"_per_sequence.csv.gz", []part{{"per sequence", "", []string{"operation"}, "sequences", 1, false}}},
		{"_attention.csv.gz", []part{{"attention", "", []string{"chunk", "before", "decodes"}, "context", 3, false}}},
	})
}

// suffix is a file and what is made of it.
type suffix struct {
	name  string
	parts []part
}

func collect(path string, scale, tolerance float64, files []suffix) ([]tables.Block, error) {
	var blocks []tables.Block
	for _, f := range files {
		m, err := readCSV(path+f.name, scale)
		if err != nil {
			return nil, err
		}
		for _, p := range f.parts {
			some := m
			if p.word != "" {
				some = m.where(p.word)
			}
			if len(some.us) == 0 {
				continue // this GPU has no such kernels
			}
			b, err := some.block(p.name, p.keys, p.axis, p.column)
			if err != nil {
				return nil, err
			}
			if p.thin {
				thin(b, tolerance)
			}
			blocks = append(blocks, *b)
		}
	}
	return blocks, nil
}
