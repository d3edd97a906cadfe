"""A sale: basket, pricing, tenders, checkout, refunds, shift and receipt."""
