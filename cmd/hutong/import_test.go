package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const export = `Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price
moon-ring,Moon ring,<p>Silver.</p>,Luna,Rings,silver,true,Size,52,MR52,3,39.90
moon-ring,,,,,,,,54,MR54,0,39.90
sun-ring,Sun ring,<p>Gold.</p>,Luna,Rings,gold,true,Title,Default Title,SR,1,not a price
`

// An import tells what became of each product; the same file again changes nothing.
func TestImport(t *testing.T) {
	config := shop(t)
	file := filepath.Join(t.TempDir(), "export.csv")
	if err := os.WriteFile(file, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"import", file, "--config", config, "--brand", "demo", "--currency", "USD", "--rate", "7.15"}
	out := must(t, args...)
	if !strings.Contains(out, "2 products: 1 created, 0 updated, 0 unchanged, 1 refused.") || !strings.Contains(out, "line 4") {
		t.Errorf("first: %s", out)
	}
	r := hutong(t, append(args, "--strict")...)
	if r.code != exitFailed || !strings.Contains(r.out, "1 unchanged, 1 refused.") || !strings.Contains(r.err, "1 products were refused") {
		t.Errorf("again: %+v", r)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no such brand":    {[]string{"import", file, "--config", config, "--brand", "nobody"}, exitFailed, "brand nobody: "},
		"no such file":     {[]string{"import", "/nonexistent.csv", "--config", config, "--brand", "demo"}, exitFailed, "/nonexistent.csv"},
		"no export":        {[]string{"import", config, "--config", config, "--brand", "demo"}, exitFailed, config},
		"no rate":          {[]string{"import", file, "--brand", "demo", "--currency", "USD"}, exitUsage, "needs --rate"},
		"rate without use": {[]string{"import", file, "--brand", "demo", "--rate", "7"}, exitUsage, "--currency"},
		"no number":        {[]string{"import", file, "--brand", "demo", "--currency", "USD", "--rate", "x"}, exitUsage, "--rate x"},
		"no brand":         {[]string{"import", file}, exitUsage, "--brand"},
	} {
		if r := hutong(t, tt.args...); r.code != tt.code || !strings.Contains(r.err, tt.want) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
