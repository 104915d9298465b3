package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// measurements are the rows of a file as they were published: words, and
// behind them the time in µs.
type measurements struct {
	words [][]string
	us    []float64
}

// readCSV reads a gzipped CSV file whose last column is a time, in units of
// scale µs.
func readCSV(path string, scale float64) (*measurements, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := csv.NewReader(z)
	if _, err := r.Read(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := &measurements{}
	for {
		record, err := r.Read()
		if err == io.EOF {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		last := len(record) - 1
		us, err := strconv.ParseFloat(record[last], 64)
		if err != nil || !(us > 0) {
			line, _ := r.FieldPos(last)
			return nil, fmt.Errorf("%s:%d: found %q, want a time above 0", path, line, record[last])
		}
		m.words, m.us = append(m.words, record[:last]), append(m.us, us*scale)
	}
}

// where returns the rows with some words first, without these.
func (m *measurements) where(first ...string) *measurements {
	some := &measurements{}
	for i, w := range m.words {
		if slices.Equal(w[:len(first)], first) {
			some.words, some.us = append(some.words, w[len(first):]), append(some.us, m.us[i])
		}
	}
	return some
}

// block makes a table whose axis is one of the columns. Where something was measured more than once,
// the mean stands for it.
func (m *measurements) block(name string, keys []string, axis string, column int) (*tables.Block, error) {
	type cell struct{ sum, n float64 }
	cells, seen := map[string]map[float64]cell{}, map[float64]bool{}
	b := &tables.Block{Name: name, Keys: keys, Axis: axis}
	for i, w := range m.words {
		x, err := strconv.ParseFloat(w[column], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, axis, err)
		}
		key := strings.Join(slices.Concat(w[:column], w[column+1:]), " ")
		row := cells[key]
		if row == nil {
			row = map[float64]cell{}
			cells[key] = row
			b.Rows = append(b.Rows, tables.Row{Keys: strings.Fields(key)})
		}
		row[x] = cell{row[x].sum + m.us[i], row[x].n + 1}
		if !seen[x] {
			seen[x] = true
			b.X = append(b.X, x)
		}
	}
	slices.Sort(b.X)
	for i := range b.Rows {
		r := &b.Rows[i]
		for _, x := range b.X {
			y := math.NaN()
			if c, ok := cells[strings.Join(r.Keys, " ")][x]; ok {
				y = tables.Round(c.sum / c.n)
			}
			r.Y = append(r.Y, y)
		}
	}
	return b, nil
}
