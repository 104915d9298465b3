package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// writeCSV writes a sheet as RFC 4180 has it, with a header and lines ended by
// a line feed. Text that a spreadsheet would take as a formula is neutralised.
func writeCSV(w io.Writer, s *sheet) error {
	c := csv.NewWriter(w)
	line := make([]string, len(s.columns))
	for i, col := range s.columns {
		line[i] = neutral(col.name)
	}
	if err := c.Write(line); err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	err := s.rows(func(row []any) error {
		for i, v := range row {
			line[i] = csvCell(v, s.columns[i].kind)
		}
		return c.Write(line)
	})
	if err == nil {
		c.Flush()
		err = c.Error()
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	return nil
}

func csvCell(v any, k kind) string {
	switch v := v.(type) {
	case float64:
		if k == moneyColumn {
			return allDigits(v)
		}
		return number(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case exactNumber:
		return string(v)
	case string:
		return neutral(v)
	}
	return ""
}

// exactNumber is a decimal's text in a text column: a number, to be left alone.
type exactNumber string
