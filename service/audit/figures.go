package audit

// figures are the invariants of what is counted day by day: the trial balance and the statements rely on it.
var figures = []Invariant{
	// A day is complete ten minutes after its end. Its first instant is eight hours before midnight in London.
	{2, "what was counted of a day that is over is what the journal has booked on it", `
SELECT d.brand_id, CONCAT('books of ', d.day, ', ', x.account) AS subject,
       CONCAT('counted ', SUM(x.counted), ', booked ', SUM(x.booked)) AS detail
FROM (SELECT b.brand_id, p.day_from, b.account, b.debit_fen - b.credit_fen AS counted, 0 AS booked
      FROM daily_books b JOIN daily_people p ON p.brand_id = b.brand_id AND p.day = b.day
      UNION ALL
      SELECT e.brand_id, e.created_at - (e.created_at + 28800000) % 86400000, l.account, 0, l.amount_fen
      FROM journal_entries e JOIN journal_postings l ON l.brand_id = e.brand_id AND l.entry_id = e.id) x
JOIN daily_people d ON d.brand_id = x.brand_id AND d.day_from = x.day_from
WHERE d.counted_at >= d.day_from + 87000000
GROUP BY d.brand_id, d.day, x.account
HAVING SUM(x.counted) <> SUM(x.booked)`},
}
