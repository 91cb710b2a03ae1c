import { SecretValue } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { paymentApiEnv, paymentExpireEnv, paymentWebhookEnv } from '../../functions/payment/env.ts'
import { paymentTable } from '../../functions/payment/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import { allOf, setting } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { provinceFile } from '../kit/province-function.ts'
import { runOnSchedule, serveHttp } from '../kit/triggers.ts'
import type { Dossiers } from './dossier.ts'

/**
 * What the payment providers gave the province, from a secret that is there before the deployment. CloudFormation
 * puts it into variables, which only those can read who may also use the data key.
 */
const provider = <const Name extends string>(province: string, name: Name) =>
  setting(name, SecretValue.secretsManager(`motcua/${province}/payment`, { jsonField: name }).unsafeUnwrap())

/** Fees and their payment. */
export class Payments extends Construct {
  readonly table: ContextTable

  constructor(scope: Construct, id: string, premises: Premises, { dossiers }: { dossiers: Dossiers }) {
    super(scope, id)
    const { keys, province } = premises
    this.table = new ContextTable(this, 'Records', paymentTable, keys.data)
    const providers = allOf(
      provider(province.code, 'VNPAY_TMN_CODE'),
      provider(province.code, 'VNPAY_HASH_SECRET'),
    )
    serveHttp(this, 'Api', premises, 'payment-api', {
      env: paymentApiEnv,
      hideVariablesUnder: keys.data,
      may: allOf(
        provinceFile,
        providers,
        keys.referToCitizens(),
        this.table.may('PAYMENT_TABLE', 'get', 'query', 'put'),
        dossiers.table.may('DOSSIER_TABLE', 'get'),
      ),
    })
    // Everybody may call it: it reaches the money and nothing else, and no other load takes its place.
    serveHttp(this, 'Webhook', premises, 'payment-webhook', {
      env: paymentWebhookEnv,
      hideVariablesUnder: keys.data,
      reserved: province.concurrency.paymentWebhook,
      may: allOf(provinceFile, providers, this.table.may('PAYMENT_TABLE', 'get', 'put')),
    })
    runOnSchedule(this, 'Expire', premises, 'payment-expire', {
      env: paymentExpireEnv,
      may: allOf(provinceFile, this.table.may('PAYMENT_TABLE', 'get', 'list', 'put')),
    })
  }
}
