package main

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// hardwareEntries are what an experiment can say of hardware and models.
func hardwareEntries() ([]listEntry, error) {
	gpus, err := hardware.GPUs()
	if err != nil {
		return nil, err
	}
	models, err := hardware.Models()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for i := range gpus {
		e, err := gpuEntry(&gpus[i])
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	for i := range models {
		list = append(list, modelEntry(&models[i]))
	}
	for i := range list {
		list[i].Legends = []string{hardware.StepGrades, hardware.DataGrades}
	}
	for _, e := range hardware.Engines() {
		list = append(list, listEntry{
			Name: e.Name, Kind: "engine", Heading: "engines", Help: e.Help, Legends: []string{hardware.DataGrades},
			Values: []listValue{
				{"host", spec.Duration(e.Host).String(), e.Grade, e.Source},
				{"host_per_request", spec.Duration(e.PerRequest).String(), e.Grade, e.Source},
				{"front", spec.Duration(e.Front).String(), e.Grade, e.Source},
			},
		})
	}
	return append(list,
		listEntry{Name: "hardware", Kind: "table", Heading: "keys", Help: "the table that asks for step times", Params: newParams(spec.Params(&hardware.Spec{}))},
		listEntry{Name: "model", Kind: "table", Heading: "keys", Help: "a name of the above, or the shape of another model as its config.json has it", Params: newParams(spec.Params(&hardware.Shape{}))},
	), nil
}

func gpuEntry(g *hardware.GPU) (listEntry, error) {
	basis := "nothing measured: roofline, grade U"
	if g.Kernels != "" {
		basis = "any dense model, from measured kernels"
	}
	var measured []string
	for _, o := range g.Operations {
		measured = append(measured, fmt.Sprintf("%s on %d", o.Model, o.Count))
	}
	if measured != nil {
		basis = strings.Join(measured, " and ") + ", measured by operation; else " + strings.TrimPrefix(basis, "nothing measured: ")
	}
	e := listEntry{
		Name: g.Name, Kind: "gpu", Heading: "GPUs", Help: g.Title + ": " + basis, Source: g.Source,
		Facts: []listFact{
			{"grade of the board's data", g.Grade},
			{"memory", fmt.Sprintf("%.1f GB at %.0f GB/s", float64(g.Memory)/1e9, g.Bandwidth/1e9)},
			{"arithmetic", arithmetic(g)},
			{"power", fmt.Sprintf("%.0f W at most", g.Power)},
			{"of a node", joined(g)},
		},
	}
	for _, o := range g.Operations {
		e.Notes = append(e.Notes, fmt.Sprintf("%s on %d: %s", o.Model, o.Count, o.Source))
	}
	for _, d := range g.Draws {
		e.Notes = append(e.Notes, fmt.Sprintf("%.0f W each of %d while they make tokens of %s (grade %s): %s", d.Decode, d.Count, strings.Join(d.Models, " or "), d.Grade, d.Source))
	}
	rows, err := hardware.Accuracies()
	if err != nil {
		return e, err
	}
	for _, r := range rows {
		if r.GPU == g.Name && r.Band && r.Basis != hardware.FromRoofline {
			e.Notes = append(e.Notes, fmt.Sprintf("%s of %s %s by %s, %s: %.1f %% off in the median, %.1f %% in 9 of 10",
				r.Metric, r.Model, r.Precision, r.Engine, r.Load, 100*r.Median, 100*r.P90))
		}
	}
	return e, nil
}

// joined says how many GPUs can share each layer, and over what.
func joined(g *hardware.GPU) string {
	if g.PerNode == 1 {
		return "1; no link between several is known"
	}
	return fmt.Sprintf("%d at most, %.0f GB/s one way from each", g.PerNode, g.Link/1e9)
}

func arithmetic(g *hardware.GPU) string {
	text := fmt.Sprintf("%.0f Tflops in 16 bits", g.FlopsBF16/1e12)
	if g.Half != "" {
		text += fmt.Sprintf(" (%s: the board has no bfloat16)", g.Half)
	}
	if g.FlopsFP8 > 0 {
		text += fmt.Sprintf(", %.0f in 8", g.FlopsFP8/1e12)
	}
	return text
}

func modelEntry(m *hardware.Model) listEntry {
	e := listEntry{
		Name: m.Name, Kind: "model", Heading: "models", Source: m.Source,
		Help: fmt.Sprintf("%s: %.1f GB of weights in bf16, %.0f KB of keys and values a token", m.Title, m.Weights(hardware.BF16)/1e9, float64(m.TokenBytes(1, hardware.KV16))/1e3),
		Facts: []listFact{
			{"grade", m.Grade},
			{"shape", fmt.Sprintf("%d layers, hidden %d, inner %d, heads %d/%d of %d, vocabulary %d", m.Layers, m.Hidden, m.Inner, m.Heads, m.KVHeads, m.HeadDim, m.Vocabulary)},
			{"longest sequence", fmt.Sprintf("%d tokens", m.Context)},
		},
	}
	if !m.Dense() {
		e.Facts = append(e.Facts, listFact{"experts", fmt.Sprintf("%d a layer, %d of them for each token; step times of grade C", m.Experts, m.Active)})
	}
	return e
}
