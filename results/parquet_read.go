package results

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// parquetTable is a Parquet file of ours, read whole.
type parquetTable struct {
	names []string
	lines [][]parquetCell
}

// parquetCell is one value: a text, or a number, NaN where it is null.
type parquetCell struct {
	text   string
	number float64
	isText bool
}

// column returns a column's place, −1 where there is none of that name.
func (t *parquetTable) column(name string) int {
	for i, n := range t.names {
		if n == name {
			return i
		}
	}
	return -1
}

// readParquet reads a flat file of texts and numbers. A damaged file is an
// error, also where the library panics over it; but lengths are believed, so the
// file's digest has been checked before.
func readParquet(file io.ReaderAt, size int64) (table *parquetTable, err error) {
	defer func() {
		if p := recover(); p != nil {
			table, err = nil, fmt.Errorf("the file is damaged: %v", p)
		}
	}()
	p, err := parquet.OpenFile(file, size)
	if err != nil {
		return nil, err
	}
	table = new(parquetTable)
	for _, c := range p.Schema().Fields() {
		if !c.Leaf() || c.Repeated() {
			return nil, fmt.Errorf("column %q is nested, want a flat table", c.Name())
		}
		table.names = append(table.names, c.Name())
	}
	for _, g := range p.RowGroups() {
		if err := table.read(g); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// read adds the rows of a row group.
func (t *parquetTable) read(g parquet.RowGroup) (err error) {
	rows := g.Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	buf := make([]parquet.Row, 256)
	for {
		n, err := rows.ReadRows(buf)
		for _, row := range buf[:n] {
			line := make([]parquetCell, len(t.names))
			for _, v := range row {
				line[v.Column()] = cellOf(v)
			}
			t.lines = append(t.lines, line)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func cellOf(v parquet.Value) parquetCell {
	switch {
	case v.IsNull():
		return parquetCell{number: nan}
	case v.Kind() == parquet.Double:
		return parquetCell{number: v.Double()}
	case v.Kind() == parquet.Int64:
		return parquetCell{number: float64(v.Int64())}
	}
	return parquetCell{text: string(v.ByteArray()), isText: true}
}
