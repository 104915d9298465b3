package results

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// columnsKey is the file key under which the columns' units and meanings lie
// as JSON: Parquet has no place for them at the column.
const columnsKey = "coldcurve.columns"

// columnDoc is an element of that JSON.
type columnDoc struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
	Help string `json:"help,omitempty"`
}

// ordered is a group whose fields stand in our order; parquet.Group sorts them.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (o ordered) Fields() []parquet.Field { return o.fields }

// schemaOf returns the schema of a sheet: text as strings, numbers as optional
// doubles, whole numbers as 64-bit integers.
func schemaOf(s *sheet) *parquet.Schema {
	group := make(parquet.Group, len(s.columns))
	for _, c := range s.columns {
		switch c.kind {
		case textColumn:
			group[c.name] = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		case numberColumn, moneyColumn:
			group[c.name] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
		case wholeColumn:
			group[c.name] = parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.DeltaBinaryPacked)
		}
	}
	byName := make(map[string]parquet.Field, len(group))
	for _, f := range group.Fields() {
		byName[f.Name()] = f
	}
	o := ordered{Group: group}
	for _, c := range s.columns {
		o.fields = append(o.fields, byName[c.name])
	}
	return parquet.NewSchema(s.name, o)
}

// batchRows is how many rows are handed to the writer at a time.
const batchRows = 1024

// writeParquet writes a sheet. The bytes depend on the sheet alone.
func writeParquet(w io.Writer, s *sheet) error {
	docs := make([]columnDoc, len(s.columns))
	for i, c := range s.columns {
		docs[i] = columnDoc{c.name, c.unit, c.help}
	}
	help, err := json.Marshal(docs)
	if err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	p := parquet.NewGenericWriter[any](w, schemaOf(s), parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("coldcurve", "1", "0"), parquet.KeyValueMetadata(columnsKey, string(help)),
		parquet.MaxRowsPerRowGroup(1<<20))
	if err := writeParquetRows(p, s); err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	if err := p.Close(); err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	return nil
}

func writeParquetRows(p *parquet.GenericWriter[any], s *sheet) error {
	width := len(s.columns)
	values := make([]parquet.Value, 0, batchRows*width)
	rows := make([]parquet.Row, 0, batchRows)
	flush := func() error {
		_, err := p.WriteRows(rows)
		values, rows = values[:0], rows[:0]
		return err
	}
	err := s.rows(func(row []any) error {
		at := len(values)
		for i, v := range row {
			values = append(values, parquetValue(v, s.columns[i].kind).Level(0, level(v, s.columns[i].kind), i))
		}
		rows = append(rows, values[at:len(values):len(values)])
		if len(rows) == batchRows {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// level is a value's definition level: 1 for a number that is there.
func level(v any, k kind) int {
	if f, ok := v.(float64); k.isNumber() && ok && !math.IsNaN(f) {
		return 1
	}
	return 0
}

func parquetValue(v any, k kind) parquet.Value {
	switch v := v.(type) {
	case float64:
		if k.isNumber() && !math.IsNaN(v) {
			return parquet.DoubleValue(v)
		}
		return parquet.NullValue()
	case int64:
		return parquet.Int64Value(v)
	case exactNumber:
		return parquet.ByteArrayValue([]byte(v))
	case string:
		return parquet.ByteArrayValue([]byte(v))
	}
	return parquet.NullValue()
}
