//go:build !unix

package main

// lock does nothing where files cannot be taken for a process.
func lock(string) (unlock func() error, err error) { return func() error { return nil }, nil }
