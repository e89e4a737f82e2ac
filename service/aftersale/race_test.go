package aftersale_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// mariadb runs a race where races are lost.
func mariadb(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	clock := testshop.NewClock()
	d := openDesk(t, testshop.NewWorld(t, testdb.MariaDB(t, testdb.Clock(clock.Now)), clock))
	test(t, d)
	d.Audit(t)
}

func wins(errs []error, lost ...error) (n int, strange error) {
	for _, err := range errs {
		if err == nil {
			n++
			continue
		}
		known := false
		for _, l := range lost {
			known = known || errors.Is(err, l)
		}
		if !known {
			strange = err
		}
	}
	return n, strange
}

// The last piece, asked for sixteen times at once, is in one case.
func TestLastPieceAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received()
		errs := testdb.Race(16, func(i int) error {
			_, err := d.AfterSale.Apply(d.Ctx, v.buyer.Buyer, fmt.Sprintf("race-key-%d", i), v.no, wish(model.AfterSaleReturn, "faulty", 1))
			return err
		})
		if n, strange := wins(errs, model.ErrPiecesTaken); n != 1 || strange != nil {
			t.Errorf("%d cases, %v", n, strange)
		}
	})
}

// Staff answer, the consumer withdraws and the time passes, all at once: one of them has it.
func TestAnswerAgainstWithdrawalAgainstDeadline(t *testing.T) {
	mariadb(t, func(t *testing.T, d *desk) {
		for range 8 {
			v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleRefund, "faulty", 1))
			d.Clock.Turn(48 * time.Hour)
			errs := testdb.Race(8, func(i int) error {
				switch i % 4 {
				case 0:
					_, err := d.AfterSale.Agree(d.staff, aftersale.Handling{Key: fmt.Sprintf("%s-%d", v.of, i), No: v.of}, aftersale.Consent{})
					return err
				case 1:
					_, err := v.withdraw()
					return err
				case 2:
					_, err := d.AfterSale.Refuse(d.staff, aftersale.Handling{Key: fmt.Sprintf("%s-%d", v.of, i), No: v.of}, aftersale.Note{Words: "no"})
					return err
				}
				_, err := d.RunJob(d.Ctx)
				return errors.Join(err, model.ErrWrongState) // whether the job did it, the case tells
			})
			_, strange := wins(errs, model.ErrWrongState)
			if strange != nil {
				t.Error(strange)
			}
			d.Later(time.Second)
			if got := v.now(); len(got.Events) < 2 || len(got.Events) > 3 {
				t.Errorf("%v", v.reasons())
			}
			if n := d.Count(&model.Refund{}, "after_sale_id = (SELECT id FROM after_sales WHERE after_sales.brand_id = refunds.brand_id AND no = ?)", v.of); n > 1 {
				t.Errorf("%d refunds", n)
			}
			d.paidBack()
		}
	})
}

// The deadline of one state against staff's answer: the job of a deadline that was moved does nothing.
func TestDeadlineAgainstAnswer(t *testing.T) {
	mariadb(t, func(t *testing.T, d *desk) {
		for range 8 {
			v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
			d.Clock.Turn(48 * time.Hour)
			testdb.Race(4, func(i int) error {
				if i%2 == 0 {
					_, err := d.AfterSale.Agree(d.staff, aftersale.Handling{Key: fmt.Sprintf("%s-%d", v.of, i), No: v.of}, aftersale.Consent{})
					return err
				}
				_, err := d.RunJob(d.Ctx)
				return err
			})
			d.Later(time.Second)
			if v.want(model.AfterSaleAgreed); len(v.now().Events) != 2 || d.Reload(v.sku).OnHand != 18 {
				t.Errorf("%v, %d on hand", v.reasons(), d.Reload(v.sku).OnHand)
			}
		}
	})
}

// Two cases want the last replacement.
func TestLastReplacementAtOnce(t *testing.T) {
	mariadb(t, func(t *testing.T, d *desk) {
		v := d.sold(2).shipped(2).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
		first := v.of
		v.applied(wish(model.AfterSaleExchange, "faulty", 1))
		nos := []string{first, v.of}
		if err := d.CountStock(v.sku, 1); err != nil {
			t.Fatal(err)
		}
		errs := testdb.Race(2, func(i int) error {
			_, err := d.AfterSale.Agree(d.staff, aftersale.Handling{Key: "race-key-" + nos[i], No: nos[i]}, aftersale.Consent{})
			return err
		})
		if n, strange := wins(errs, model.ErrOutOfStock); n != 1 || strange != nil || d.Reload(v.sku).OnHand != 0 {
			t.Errorf("%d agreed, %v, %d on hand", n, strange, d.Reload(v.sku).OnHand)
		}
	})
}
