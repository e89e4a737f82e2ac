package configs

import "github.com/go-sql-driver/mysql"

const redacted = "[redacted]"

// Secret is a value that no log, error or answer may show. However it is printed it reads "[redacted]", or
// nothing when it is not set; string(s) is the value.
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString implements fmt.GoStringer, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText implements encoding.TextMarshaler, for JSON, YAML and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// DSN is how a MySQL database is reached. However it is printed it shows no password; string(d) is the value.
type DSN string

// String implements fmt.Stringer.
func (d DSN) String() string {
	if d == "" {
		return ""
	}
	c, err := mysql.ParseDSN(string(d))
	if err != nil {
		return redacted
	}
	if c.Passwd != "" {
		c.Passwd = redacted
	}
	return c.FormatDSN()
}

// GoString implements fmt.GoStringer, for %#v.
func (d DSN) GoString() string { return d.String() }

// MarshalText implements encoding.TextMarshaler, for JSON, YAML and slog.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
