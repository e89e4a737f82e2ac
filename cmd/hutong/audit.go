package main

import (
	"context"
	"fmt"

	"hutong/configs"
	"hutong/service/audit"
	"hutong/service/database"
)

type auditCmd struct{}

// Help implements kong.HelpProvider.
func (auditCmd) Help() string {
	return `It asks the database whether what must always hold does hold: the journal is balanced, stock is what its movements say, no order has more refunded than was paid, nothing that was paid is stuck, and so on. It only reads, and may run while replicas serve. Each invariant is listed with what breaks it; docs/operations.md tells what to do then.

    hutong audit --config /etc/hutong/config.yaml

Exit codes: 0 everything adds up, 1 something does not, 2 it could not be asked.`
}

// Run audits the database of the configuration.
func (auditCmd) Run(ctx context.Context, p *program) error {
	var found []audit.Finding
	err := p.withDatabase(ctx, func(_ *configs.Config, db *database.DB) (err error) {
		if err = requireSchema(ctx, db); err == nil {
			found, err = audit.Run(ctx, db)
		}
		return err
	})
	if err != nil {
		return usageError{err}
	}
	broken := map[string][]audit.Finding{}
	for _, f := range found {
		broken[f.Invariant.Name] = append(broken[f.Invariant.Name], f)
	}
	for _, i := range audit.Invariants {
		mark := "✓"
		if len(broken[i.Name]) > 0 {
			mark = "✗"
		}
		fmt.Fprintf(p.out, "%s %2d %s\n", mark, i.Number, i.Name)
		for _, f := range broken[i.Name] {
			fmt.Fprintf(p.out, "     brand %d: %s: %s\n", f.BrandID, f.Subject, f.Detail)
		}
	}
	if len(found) > 0 {
		fmt.Fprintf(p.out, "\n%d things do not add up.\n", len(found))
		return errReported
	}
	return nil
}
