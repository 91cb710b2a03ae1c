import * as z from 'zod'

/** An amount of money: whole đồng, never a fraction. Twelve digits are what payment providers carry. */
export const money = z.object({
  amount: z.int().min(0).max(999_999_999_999).describe('Số tiền, đồng'),
  currency: z.literal('VND'),
})
export type Money = z.infer<typeof money>

export const dong = (amount: number): Money => ({ amount, currency: 'VND' })

/** As people write it: `1.250.000 đ`. */
export const spokenMoney = ({ amount }: Money): string =>
  `${String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, '.')} đ`
