package model

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// List is a slice kept as JSON in one column; nil is "[]".
type List[T any] []T

// Value implements driver.Valuer.
func (l List[T]) Value() (driver.Value, error) {
	if l == nil {
		return "[]", nil
	}
	return valueJSON([]T(l))
}

// Scan implements sql.Scanner.
func (l *List[T]) Scan(src any) error { return scanJSON(src, (*[]T)(l)) }

// Value implements driver.Valuer; nil is "{}".
func (t Text) Value() (driver.Value, error) {
	if t == nil {
		return "{}", nil
	}
	return valueJSON(map[string]string(t))
}

// Scan implements sql.Scanner.
func (t *Text) Scan(src any) error { return scanJSON(src, (*map[string]string)(t)) }

func valueJSON(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func scanJSON(src, into any) error {
	switch s := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(s), into)
	case []byte:
		return json.Unmarshal(s, into)
	}
	return fmt.Errorf("model: cannot read JSON from %T", src)
}
