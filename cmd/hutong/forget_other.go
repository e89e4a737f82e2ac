//go:build !linux

package main

// forgetStart does something on Linux alone.
func forgetStart() {}
