package model

import "time"

// Millis is an instant: UTC milliseconds since 1970. Instants are int64 in both databases, because SQLite
// compares times as text. Zero means "not (yet)".
type Millis int64

// At is the instant t.
func At(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time is the instant as a time in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// Add is the instant d later.
func (m Millis) Add(d time.Duration) Millis { return m + Millis(d.Milliseconds()) }

// Clock tells the time. There is one per process; tests and the simulation turn its hands.
type Clock func() time.Time

// Now is the clock's instant.
func (c Clock) Now() Millis { return At(c()) }
