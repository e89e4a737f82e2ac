package catalogue

import (
	"context"

	"hutong/model"
)

// RunImport runs the job of an import, in a ctx that a test can end.
func (s *Service) RunImport(ctx context.Context, j model.Job) error { return s.runImport(ctx, j) }
