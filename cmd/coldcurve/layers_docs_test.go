package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestDocsLayers: docs/policies/layers.md shows the mean waits and the waste that its
// command makes, and its picture.
func TestDocsLayers(t *testing.T) {
	page := policyPage(t, "layers.md")
	_, dir := ranShipped(t, "layers.toml")
	file, err := os.ReadFile(filepath.Join(dir, "cells.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil || len(rows) != 8 {
		t.Fatalf("%d rows, %v, want a head and seven", len(rows), err)
	}
	for _, row := range rows[1:] {
		cell := map[string]string{}
		for i, name := range rows[0] {
			cell[name] = row[i]
		}
		want := []string{cell["label"]}
		wait := number(t, cell["wait_mean_s"])
		if wait >= 1 {
			want = append(want, fmt.Sprintf("%.2f s", wait))
		} else {
			want = append(want, fmt.Sprintf("%.0f ms", wait*1000))
		}
		want = append(want, fmt.Sprintf("%.2f s", number(t, cell["latency_p99_s"])), fmt.Sprintf("%.3g", number(t, cell["wasted_gib_s"])/3600))
		if pool := cell["pool_wasted_gib_s"]; pool != "" {
			want = append(want, fmt.Sprintf("%.3g", number(t, pool)/3600))
		}
		if !shows(page, want) {
			t.Errorf("the page has no line with %q", want)
		}
	}
	showsPlot(t, "layers.png", dir, "waste-vs-wait.png")
}

// shows reports whether a line begins with the first of some texts and has the others in
// their order, as columns.
func shows(page string, texts []string) bool {
	for line := range strings.Lines(page) {
		rest, ok := strings.CutPrefix(line, texts[0]+"  ")
		for _, text := range texts[1:] {
			if i := strings.Index(rest, " "+text); ok && i >= 0 {
				rest = rest[i+1+len(text):]
			} else {
				ok = false
			}
		}
		if ok {
			return true
		}
	}
	return false
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
