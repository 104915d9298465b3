package main

import (
	"cmp"
	"go/ast"
	"slices"
	"strings"
)

// edit replaces the text of a node. Edits nest as nodes do: write gets a
// function that renders a part of the node with the edits inside it.
type edit struct {
	node  ast.Node
	write func(render func(ast.Node) string) string
}

func (f *finder) edit(n ast.Node, write func(render func(ast.Node) string) string) {
	f.edits = append(f.edits, edit{n, write})
}

// offsets returns where n stands in the text.
func (f *finder) offsets(n ast.Node) (from, to int) {
	file := f.fset.File(n.Pos())
	return file.Offset(n.Pos()), file.Offset(n.End())
}

// raw returns the text of n as it stands.
func (f *finder) raw(n ast.Node) string {
	from, to := f.offsets(n)
	return string(f.src.text[from:to])
}

// rewritten returns the text of the file with all edits.
func (f *finder) rewritten() string {
	slices.SortStableFunc(f.edits, func(a, b edit) int {
		af, at := f.offsets(a.node)
		bf, bt := f.offsets(b.node)
		return cmp.Or(cmp.Compare(af, bf), cmp.Compare(bt, at))
	})
	return f.render(0, len(f.src.text), f.edits)
}

// render returns the text from one offset to another. The edits are in order,
// and an edit that holds others comes before them.
func (f *finder) render(from, to int, edits []edit) string {
	var b strings.Builder
	for i := 0; i < len(edits); i++ {
		start, end := f.offsets(edits[i].node)
		if start < from || end > to {
			continue
		}
		last := i + 1
		for last < len(edits) {
			if s, _ := f.offsets(edits[last].node); s >= end {
				break
			}
			last++
		}
		inner := edits[i+1 : last]
		b.Write(f.src.text[from:start])
		b.WriteString(edits[i].write(func(n ast.Node) string {
			s, e := f.offsets(n)
			return f.render(s, e, inner)
		}))
		from, i = end, last-1
	}
	b.Write(f.src.text[from:to])
	return b.String()
}
