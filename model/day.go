package model

import (
	"fmt"
	"time"
)

// shanghai is the zone in which WeChat's days begin and end. China has no summer time.
var shanghai = time.FixedZone("CST", 8*60*60)

// Day is a calendar day in Shanghai, "2006-01-02": the day of WeChat's bills.
type Day string

// DayOf is the day in which an instant falls.
func DayOf(at Millis) Day { return Day(at.Time().In(shanghai).Format(time.DateOnly)) }

// ParseDay reads "2006-01-02". Errors: ErrInvalid.
func ParseDay(text string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("%q is no day: %w", text, ErrInvalid.With("want", "a day such as 2026-06-01"))
	}
	return Day(text), nil
}

// Starts is the day's first instant; 0 when it is no day.
func (d Day) Starts() Millis {
	t, err := time.ParseInLocation(time.DateOnly, string(d), shanghai)
	if err != nil {
		return 0
	}
	return At(t)
}

// Ends is the first instant of the day after.
func (d Day) Ends() Millis { return d.Starts().Add(24 * time.Hour) }

// Add is the day so many days later.
func (d Day) Add(days int) Day { return DayOf(d.Starts().Add(time.Duration(days) * 24 * time.Hour)) }
